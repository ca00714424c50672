"""A real Chroma server on a free port, which can be stopped and started again."""

import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx


class ChromaServer:
    """`chroma run` over a folder; `url` stays the same from start to start."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = str(Path(sys.executable).with_name("chroma"))
        where = ["--path", str(self.folder), "--host", "127.0.0.1", "--port", str(self.port)]
        self._process = subprocess.Popen(
            [command, "run", *where], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{self.url}/api/v2/heartbeat", timeout=5).is_success:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        raise AssertionError("the Chroma server did not start")

    def stop(self) -> None:
        """Stop as an operator does: SIGKILL may leave collections that cannot be read."""
        if self._process:
            self._process.terminate()
            self._process.wait(30)
            self._process = None
