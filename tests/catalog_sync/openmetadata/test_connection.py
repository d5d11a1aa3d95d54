"""What goes wrong before the first page, each with what to do about it."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from catalog_sync.errors import CatalogError, SourceRefused, SourceUnavailable, SourceUnreadable
from catalog_sync.openmetadata.connection import connect
from catalog_sync.openmetadata.testing import FakeOpenMetadata


def test_a_token_in_the_block_or_beside_it(openmetadata: FakeOpenMetadata) -> None:
    assert connect(openmetadata.block).server_version == "2.0.6"
    bare = {"hostPort": openmetadata.host_port}
    assert connect(bare, token=openmetadata.token).note == ""
    with pytest.raises(SourceRefused, match="there is no token"):
        connect(bare)


def test_name_and_password(openmetadata: FakeOpenMetadata) -> None:
    security = {"username": openmetadata.username, "password": openmetadata.password}
    block = {"hostPort": openmetadata.host_port, "authProvider": "basic", "securityConfig": security}
    assert connect(block).server_version == "2.0.6"
    with pytest.raises(SourceRefused):
        connect({**block, "securityConfig": {**security, "password": "wrong"}})


def test_a_wrong_token_is_not_repeated_in_the_message(openmetadata: FakeOpenMetadata) -> None:
    with pytest.raises(SourceRefused, match="does not accept the token") as caught:
        connect({**openmetadata.block, "securityConfig": {"jwtToken": "s3cret"}})
    assert "Settings > Bots" in caught.value.hint
    with pytest.raises(SourceUnreadable) as invalid:
        connect({**openmetadata.block, "securityConfig": {"jwtToken": "s3cret"}, "hostport": "x"})
    assert "s3cret" not in str(caught.value) + str(invalid.value)


@pytest.mark.parametrize(("quirk", "value"), [("html", True), ("redirect", True), ("not_json", True)])
def test_something_else_answers(openmetadata: FakeOpenMetadata, quirk: str, value: object) -> None:
    setattr(openmetadata.quirks, quirk, value)
    with pytest.raises(SourceUnreadable) as caught:
        connect(openmetadata.block)
    assert "/api at its end" in caught.value.hint


def test_the_address_of_the_ui(openmetadata: FakeOpenMetadata) -> None:
    with pytest.raises(SourceUnreadable, match="web page"):
        connect({**openmetadata.block, "hostPort": openmetadata.host_port.removesuffix("/api")})


def test_nobody_listens(caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(SourceUnavailable, match=r"does not answer: Connection refused\n"):
        connect({"hostPort": f"http://127.0.0.1:{port}/api"}, token="x")
    assert not caplog.records, "one error is enough"


@pytest.mark.parametrize(("version", "noted"), [("2.0.1", False), ("1.12.3", True), ("3.4.0", True)])
def test_another_version_is_noted(openmetadata: FakeOpenMetadata, version: str, noted: bool) -> None:
    openmetadata.quirks.version = version
    assert (version in connect(openmetadata.block).note) == noted
    if noted:
        with pytest.raises(SourceUnreadable, match=version):
            connect({**openmetadata.block, "enableVersionValidation": True})


def test_tls(certificate: Path, expired_certificate: Path) -> None:
    with FakeOpenMetadata(certificate=certificate) as server:
        with pytest.raises(SourceUnreadable, match="can't be trusted") as caught:
            connect(server.block)
        assert "caCertificate" in caught.value.hint
        trusting = {"verifySSL": "validate", "sslConfig": {"caCertificate": str(certificate)}}
        assert connect({**server.block, **trusting}).server_version == "2.0.6"
    with FakeOpenMetadata(certificate=expired_certificate) as server:
        trusting["sslConfig"] = {"caCertificate": str(expired_certificate)}
        with pytest.raises(SourceUnreadable, match="expired"):
            connect({**server.block, **trusting})


def test_a_block_that_cannot_be_used() -> None:
    with pytest.raises(CatalogError, match="hostPort"):
        connect({})
    with pytest.raises(SourceUnreadable, match="can't be trusted"):
        connect({"hostPort": "https://127.0.0.1:1/api", "verifySSL": "validate"}, token="x")


def test_the_client_is_not_imported_before_it_is_needed() -> None:
    code = "import sys, catalog_sync.openmetadata; print(sorted({'metadata', 'requests', 'sqlglot'} & {*sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
