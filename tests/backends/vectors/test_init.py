from __future__ import annotations

import subprocess
import sys

import backends.vectors


def test_importing_it_loads_no_engine() -> None:
    code = (
        "import sys, backends.vectors;"
        "print(*sorted({'qdrant_client', 'qdrant_edge', 'numpy', 'kiwipiepy', 'portalocker'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_what_is_public_is_there_and_sorted() -> None:
    names = backends.vectors.__all__
    assert all(hasattr(backends.vectors, name) for name in names)
    assert sorted(names, key=lambda name: (name.islower(), name)) == names
