"""Killed as any of its steps begins or ends, a sync leaves an index that is whole."""

import multiprocessing
import signal
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest
from processes import sync_folder, sync_killed_at, write_version
from test_generations import snapshot

from index.generations import GenerationStore

STEPS = [
    "index.sync:SourceState",
    "index.generations:GenerationStore.draft",
    "index.generations:shutil.copy2",
    "index.generations:shutil.copytree",
    "index.recording:LibraryWriter.put",
    "index.recording:LibraryWriter.remove",
    "index.recording:LibraryWriter.put_vectors",
    "index.recording:LibraryWriter.drop_unused_vectors",
    "index.recording:LibraryWriter.commit",
    "index.source_state:SourceState.remember",
    "index.placement:update_vectors",
    "index.vectors:VectorIndex.add",
    "index.vectors:VectorIndex.close",
    "index.placement:check_draft",
    "index.generations:flush_tree",
    "index.generations:flush_folder",
    "index.generations:write_atomically",
    "index.generations:GenerationStore.publish",
    "index.source_state:SourceState.commit",
    "index.leftovers:remove_unread",
]


@pytest.fixture(scope="module")
def context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["processes", "chromadb"])
    return context


@pytest.mark.parametrize("when", ["begin", "end"])
@pytest.mark.parametrize("step", STEPS)
def test_a_kill_at_each_step(
    tmp_path: Path, context: ForkServerContext, step: str, when: str
) -> None:
    root, folder = tmp_path / "index", tmp_path / "articles"
    old = write_version(folder, 0)
    sync_folder(root, folder)
    assert snapshot(root) == tuple(sorted(old.values()))
    new = write_version(folder, 1)
    process = context.Process(target=sync_killed_at, args=(root, folder, step, when))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL, "the step was not reached"
    assert snapshot(root) in (tuple(sorted(old.values())), tuple(sorted(new.values())))
    sync_folder(root, folder)
    assert snapshot(root) == tuple(sorted(new.values()))
    left = {path.name for path in root.iterdir()}
    live = GenerationStore(root).current()
    assert left == {"CURRENT", "FORMAT", "writer.lock", "sources.sqlite", live}
