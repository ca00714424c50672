"""A Chroma server of one's own, on a free port of the loopback, which ends with what needs it."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import ServerError

STARTING = 180.0  # seconds that a busy machine may take
STOPPING = 30.0


@contextmanager
def running_server(folder: Path) -> Iterator[str]:
    """Run `chroma run` over `folder`, made if need be, and give its address.

    It is stopped however the block is left. Raises `ServerError` if it does not start.
    """
    folder.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    url, log = f"http://127.0.0.1:{port}", folder.with_name(f"{folder.name}.log")
    where = ["--path", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [_command(), "run", *where], stdout=output, stderr=output, cwd=folder.parent
        )
        try:
            _await_heartbeat(process, url, log)
            yield url
        finally:
            _stop(process)


def _command() -> str:
    beside = Path(sys.executable).with_name("chroma")
    found = str(beside) if beside.exists() else shutil.which("chroma")
    if not found:
        raise ServerError("There is no command 'chroma': install it with 'pip install chromadb'.")
    return found


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _await_heartbeat(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    import httpx

    deadline = time.monotonic() + STARTING
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if httpx.get(f"{url}/api/v2/heartbeat", timeout=5).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    said = lines[-1].strip()[:200] if lines else "it said nothing"
    raise ServerError(f"The Chroma server did not start ({said}): try again.")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOPPING)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
