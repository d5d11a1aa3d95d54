"""What a process calls itself where others see it, and whether one that has a name is known to be gone.

Names are never used twice: what was started again, in the same container with the same number, is another worker. Of
its own machine (its container) a process can say who has died; of others their lease says it, when it runs out.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import socket
from functools import cache
from pathlib import Path

_NAME = re.compile(r":(\d+):([0-9a-f]{8})-([0-9a-f]{6})$")


@cache
def worker_name() -> str:
    """host:process:place-start."""
    return f"{socket.gethostname()}:{os.getpid()}:{_place() or '0' * 8}-{secrets.token_hex(3)}"


def is_gone(worker: str) -> bool:
    found = _NAME.search(worker)
    if found is None or not _place() or found[2] != _place():
        return False
    if int(found[1]) == os.getpid():
        return worker != worker_name()
    return not _runs(found[1])


def _runs(process: str) -> bool:
    """One that has ended and that nobody has asked for its end does not."""
    try:
        return Path("/proc", process, "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@cache
def _place() -> str:
    """Within which process numbers mean the same: this start of this machine, this container. "" where nobody says."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")
        space = Path("/proc/self/ns/pid").readlink()
    except OSError:
        return ""
    return hashlib.sha256(f"{boot}{space}".encode()).hexdigest()[:8]
