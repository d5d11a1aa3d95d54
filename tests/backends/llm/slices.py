"""A tiny model file in four slices, its packages in a folder that pip takes as its only index, and a hub."""

from __future__ import annotations

import contextlib
import hashlib
import http.server
import os
import random
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

from backends.llm.models import ModelFile, Slice

CONTENT = random.Random(7).randbytes(4 * 5000 - 123)
SLICE_BYTES = 5000


def _slices() -> tuple[Slice, ...]:
    starts = range(0, len(CONTENT), SLICE_BYTES)
    pieces = [CONTENT[start : start + SLICE_BYTES] for start in starts]
    return tuple(
        Slice(number, start, len(piece), hashlib.sha256(piece).hexdigest())
        for number, (start, piece) in enumerate(zip(starts, pieces, strict=True), 1)
    )


MODEL = ModelFile(
    name="tiny",
    file_name="tiny.gguf",
    sha256=hashlib.sha256(CONTENT).hexdigest(),
    slices=_slices(),
    hub_repository="owner/tiny",
    package="tiny-model-part{}",
    package_version="1.0",
)


def piece(number: int) -> bytes:
    return CONTENT[(number - 1) * SLICE_BYTES : number * SLICE_BYTES]


def build_wheel(folder: Path, number: int, content: bytes) -> None:
    name = f"tiny_model_part{number}"
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{name}/data/part{number:02}.bin", content)
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: tiny-model-part{number}\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")


def build_index(folder: Path) -> Path:
    folder.mkdir()
    for part in MODEL.slices:
        build_wheel(folder, part.number, piece(part.number))
    return folder


def pip_environment(index: Path) -> dict[str, str]:
    return {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(index), "PIP_CONFIG_FILE": os.devnull}


class _Handler(http.server.BaseHTTPRequestHandler):
    content = CONTENT
    ranges: list[str]
    status = 206

    def do_GET(self) -> None:
        self.ranges.append(self.headers["Range"])
        first, last = (int(number) for number in self.headers["Range"].removeprefix("bytes=").split("-"))
        body = self.content[first : last + 1]
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@contextlib.contextmanager
def hub(content: bytes = CONTENT, status: int = 206) -> Iterator[tuple[str, list[str]]]:
    """Its address, and the ranges that it was asked for."""
    ranges: list[str] = []
    handler = type("Handler", (_Handler,), {"content": content, "ranges": ranges, "status": status})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", ranges
        finally:
            server.shutdown()
            thread.join()
