"""A real OpenID provider in a process of its own, from the package `oidc-provider-mock`."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

PEOPLE = (
    {"sub": "1", "preferred_username": "Kim", "name": "Kim Mina", "groups": ["analysts", "leads"]},
    {"sub": "2", "preferred_username": "lee", "name": "Lee", "groups": ["shop-leads"]},
    {"sub": "3", "preferred_username": "guest", "name": "Guest", "groups": ["visitors"]},
    {"sub": "4", "name": "Nobody", "groups": ["analysts"]},
    {"sub": "5", "preferred_username": "admin", "name": "Not the admin", "groups": ["analysts"]},
)
_PATIENCE = 120


@pytest.fixture(scope="session")
def openid_provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its issuer."""
    pytest.importorskip("oidc_provider_mock", reason="needs the extra `dev`")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    claims = [flag for person in PEOPLE for flag in ("--user-claims", json.dumps(person))]
    log: Path = tmp_path_factory.mktemp("openid") / "log"
    with log.open("w", encoding="utf-8") as output:
        command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce", *claims]
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        try:
            _wait(process, f"http://127.0.0.1:{port}", log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(_PATIENCE)


def sign_in(address: str, subject: str) -> str:
    """What a person does at the provider; where it sends the browser."""
    answer = httpx2.post(address, data={"sub": subject})
    assert answer.status_code == 302, answer.text
    return str(answer.headers["location"])


def _wait(process: subprocess.Popen[bytes], issuer: str, log: Path) -> None:
    with httpx2.Client(transport=httpx2.HTTPTransport(retries=60), timeout=_PATIENCE) as client:
        while process.poll() is None:
            try:
                client.get(f"{issuer}/.well-known/openid-configuration").raise_for_status()
            except httpx2.HTTPError:
                continue
            return
    raise AssertionError(log.read_text(encoding="utf-8"))
