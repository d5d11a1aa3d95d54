"""The local language model, loaded once a session; pulled where it is missing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from backends.llm.local import LocalLLM
from backends.llm.pull import pull


@pytest.fixture(scope="session")
def local_llm() -> Iterator[LocalLLM]:
    llm = LocalLLM(pull())
    yield llm
    llm.close()
