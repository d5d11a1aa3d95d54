from __future__ import annotations

import socket
import subprocess
import sys

from materialized_views.owners import is_gone, this_process


def test_a_process_is_gone_when_it_ended_and_only_where_that_can_be_known() -> None:
    ended = subprocess.Popen([sys.executable, "-c", "pass"])
    ended.wait()
    assert is_gone(f"{socket.gethostname()}:{ended.pid}")
    assert not is_gone(this_process())
    assert not is_gone(f"another-machine:{ended.pid}")
    assert not is_gone("somebody")
