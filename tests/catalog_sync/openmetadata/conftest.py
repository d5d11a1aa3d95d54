from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalog_sync.model import Catalog
from catalog_sync.openmetadata import OpenMetadataSource, Selection
from catalog_sync.openmetadata.connection import Connection, connect
from catalog_sync.openmetadata.rest import Rest
from catalog_sync.openmetadata.testing import FakeOpenMetadata, openmetadata
from catalog_sync.policy import Policy

__all__ = ["openmetadata"]


class Patient:
    """A Rest whose waits are written down, not waited."""

    def __init__(self, page_size: int = 2) -> None:
        self.waits: list[float] = []
        self.page_size = page_size

    def __call__(self, connection: Connection) -> Rest:
        return Rest(connection, page_size=self.page_size, sleep=self.waits.append)


@pytest.fixture(autouse=True)
def _no_waiting_in_the_client(monkeypatch: pytest.MonkeyPatch) -> None:
    """It waits seconds before it connects again."""
    monkeypatch.setattr("urllib3.util.retry.Retry.get_backoff_time", lambda _retry: 0)


@pytest.fixture
def patient() -> Patient:
    return Patient()


@pytest.fixture
def rest(openmetadata: FakeOpenMetadata, patient: Patient) -> Rest:
    return patient(connect(openmetadata.block))


@pytest.fixture
def read(openmetadata: FakeOpenMetadata, patient: Patient) -> Callable[..., Catalog]:
    def reading(**selection: Any) -> Catalog:
        policy = selection.pop("policy", Policy())
        source = OpenMetadataSource(openmetadata.block, policy, "shop", Selection(**selection), make_rest=patient)
        return source.read()

    return reading


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Signed by itself for 127.0.0.1, with its key, valid for a year."""
    return _certificate(tmp_path_factory.mktemp("tls") / "valid.pem", days=365)


@pytest.fixture(scope="session")
def expired_certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _certificate(tmp_path_factory.mktemp("tls") / "expired.pem", days=-1)


def _certificate(path: Path, days: int) -> Path:
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.timezone.utc)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=30))
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return path
