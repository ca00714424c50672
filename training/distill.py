"""Distil a bilingual student from an English teacher.

``python -m training.distill --data FOLDER --out FOLDER --teacher MODEL --minutes 70``

The student's vector of a French sentence is drawn to the teacher's vector of its
English side (Reimers and Gurevych 2020, arXiv:2004.09813): squared distance, plus
a small contrastive term over the batch. Every eighth step does the same for the
English side, so that English stays in place; another one in eight joins
sentences into passages. ``--resume`` goes on from the last checkpoint; the wall-clock
budget also drives the learning rate, so that a run always ends cooled down.
"""

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from training import student
from training.batches import Rows, epoch, joined, neighbours, passages
from training.material import Material, read_texts
from training.run import Recipe, Run
from training.teacher import Teacher
from training.vocabulary import Sizes

NOISY = 0.02
"""The share of pairs, those that agree least in the first pass, left out after it."""

LONG, LONG_SHARE = 32, 0.4
"""Of the French sides longer than so many tokens, half of all tokens and mostly law,
this share is drawn in each epoch."""

CHECKPOINT_SECONDS = 600


def french_batches(run: Run, material: Material) -> Iterator[NDArray[np.int64]]:
    """Yield batches of pairs for ever; from the second epoch on without the noisiest."""
    recipe = run.recipe
    while True:
        random = np.random.default_rng((recipe.seed, run.epoch))
        chosen = material.pairs
        long = material.french.lengths[chosen] > LONG
        chosen = chosen[~long | (random.random(len(chosen)) < LONG_SHARE)]
        if run.epoch:
            worst = np.nanquantile(run.agreement, NOISY)
            chosen = chosen[~(run.agreement[chosen] < worst)]
        batches = epoch(material.french, chosen, recipe.batch, recipe.budget, random)
        for place, batch in enumerate(batches):
            if place >= run.batches:
                run.batches = place + 1
                yield batch
        run.epoch, run.batches = run.epoch + 1, 0


def english_batches(material: Material, recipe: Recipe) -> Iterator[NDArray[np.int64]]:
    """Yield batches of English rows for ever."""
    random = np.random.default_rng(recipe.seed)
    chosen = np.setdiff1d(np.arange(len(material.english)), material.held_out)
    while True:
        yield from epoch(material.english, chosen, recipe.batch, recipe.budget, random)


def passage_batches(
    material: Material, recipe: Recipe
) -> Iterator[tuple[list[list[int]], torch.Tensor]]:
    """Yield passages for ever: the rows joined in each, and the teacher's vectors."""
    random = np.random.default_rng(recipe.seed)
    near = neighbours(material.vectors[: len(material.french)], recipe.seed)
    near = near[~np.isin(near, material.held_out)]
    while True:
        drawn = passages(material.french, near, recipe.passages, random)
        texts = [" ".join(material.english_texts[row] for row in group) for group in drawn]
        yield drawn, torch.from_numpy(material.teacher.encode(texts).astype(np.float32))


def figures(run: Run, rows: Rows, material: Material) -> str:
    """Compare held-out rows with the teacher: mean cosine, and how often it is nearest."""
    targets = material.targets(material.held_out)
    order = np.argsort(rows.lengths[material.held_out])
    found = torch.empty_like(targets)
    with torch.inference_mode():
        for start in range(0, len(order), 100):
            block = order[start : start + 100]
            found[block] = run.encode([rows[material.held_out[i]] for i in block])
    nearest = (found @ targets.T).argmax(1) == torch.arange(len(targets))
    return f"cosine {(found * targets).sum(1).mean():.4f} first {nearest.float().mean():.3f}"


def train(run: Run, material: Material, seconds: float, checkpoint: Path) -> None:
    """Take steps until the budget is spent."""
    french = french_batches(run, material)
    english = english_batches(material, run.recipe)
    joins = passage_batches(material, run.recipe)
    saved = last = time.monotonic()
    while run.seconds < seconds:
        progress = run.seconds / seconds
        if run.step % 8 == 5:
            groups, targets = next(joins)
            side = material.english if run.step % 32 == 5 else material.french
            run.train_on([joined(side, group) for group in groups], targets, progress)
        elif run.step % 8 == 3:
            rows = next(english)
            run.train_on([material.english[row] for row in rows], material.targets(rows), progress)
        else:
            rows = next(french)
            cosines = run.train_on(
                [material.french[row] for row in rows], material.targets(rows), progress
            )
            run.agreement[rows] = (cosines - cosines.mean()).numpy()
        now = time.monotonic()
        run.seconds, last = run.seconds + now - last, now
        if run.step % 400 == 0:
            done = f"step {run.step} epoch {run.epoch} batch {run.batches} {run.seconds:.0f} s"
            fr, en = (
                figures(run, material.french, material),
                figures(run, material.english, material),
            )
            print(f"{done} fr {fr} en {en}", flush=True)
        if now - saved > CHECKPOINT_SECONDS:
            run.save(checkpoint)
            saved = now


def main() -> None:
    """Build the student if need be, train it for the budget, and write the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--teacher", required=True)
    parser.add_argument("--minutes", type=float, default=70)
    parser.add_argument("--pairs", type=int, help="only the first so many pairs")
    parser.add_argument("--resume", action="store_true")
    arguments = parser.parse_args()
    recipe = Recipe()
    torch.manual_seed(recipe.seed)
    texts = read_texts(arguments.data, arguments.pairs)
    start = arguments.out / "start"
    if not start.exists():
        more = [text for text in texts.french for _ in range(5)]
        student.save(*student.build(arguments.teacher, texts.pairs, more, Sizes()), start)
    model, tokenizer = student.load(start)
    material = Material(texts, tokenizer, Teacher(arguments.teacher), arguments.out)
    run = Run(model, recipe, len(material.french))
    checkpoint = arguments.out / "distill.pt"
    if arguments.resume and checkpoint.exists():
        run.restore(checkpoint)
    train(run, material, arguments.minutes * 60, checkpoint)
    run.save(checkpoint)
    student.save(model, tokenizer, arguments.out / "distilled")


if __name__ == "__main__":
    main()
