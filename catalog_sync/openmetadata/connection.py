"""A connection by the official client, from the `openMetadataServerConfig` block that its users already have.

The client's REST layer carries addresses, authentication and TLS, and checks versions; its models never see a page.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog_sync.errors import SourceRefused, SourceUnreadable
from catalog_sync.openmetadata.client import HOST_HINT, TOKEN_HINT, explained, official

_SECONDS = (10, 120)  # to connect, to read
# One call is one request: whether to try again, and when, is decided in `rest`.
_PLAIN = {"retry": 0, "limit_codes": [], "retry_codes": [], "ttl_cache": 0, "timeout": _SECONDS}


@dataclass(frozen=True)
class Connection:
    """`rest` is the client's REST layer. `note` says that the versions differ, if they do."""

    rest: Any
    host: str
    server_version: str
    note: str = ""


def connect(block: Mapping[str, Any], token: str = "") -> Connection:
    """`token` is used where the block has none. Asks the server for its version.

    Raises SourceUnavailable, SourceRefused, SourceUnreadable.
    """
    host = str(block.get("hostPort") or "").rstrip("/")
    if not host:
        raise SourceUnreadable("openmetadata.server has no hostPort", hint=HOST_HINT)
    found = official()
    try:
        jwt = _token(block, token, host)
        strict = block.get("enableVersionValidation") is True
        return _connected(_client(block, jwt), host, strict=strict)
    except found.errors as error:
        raise explained(error, host) from error


def _connected(client: Any, host: str, *, strict: bool) -> Connection:
    """A server of another version is read all the same, unless the block forbids it in so many words: what the
    mapping does not know it passes over."""
    try:
        client.validate_versions()
    except official().mismatch as error:
        differing = f"OpenMetadata at {host} is version {client.server_version}, its client {client.client_version}"
        if strict:
            raise SourceUnreadable(
                differing, hint="install the client of that version, or drop enableVersionValidation: true"
            ) from error
        return Connection(
            client.client, host, client.server_version, f"{differing}: what is not known here is passed over"
        )
    return Connection(client.client, host, client.server_version)


def _token(block: Mapping[str, Any], token: str, host: str) -> str:
    security = block.get("securityConfig") or {}
    if "username" in security:
        return _login(block, str(security["username"]), str(security.get("password") or ""), host)
    found = str(security.get("jwtToken") or token)
    if not found:
        raise SourceRefused(f"there is no token for OpenMetadata at {host}", hint=TOKEN_HINT)
    return found


def _login(block: Mapping[str, Any], username: str, password: str, host: str) -> str:
    """Basic authentication: a name and a password are exchanged for a token."""
    secret = base64.b64encode(password.encode()).decode()
    answer = _client(block, "none").client.post("/users/login", json={"email": username, "password": secret})
    if not isinstance(answer, Mapping) or not answer.get("accessToken"):
        raise SourceRefused(
            f"OpenMetadata at {host} does not let {username} in", hint="check username and password; or use a bot"
        )
    return str(answer["accessToken"])


def _client(block: Mapping[str, Any], jwt: str) -> Any:
    found = official()
    config = {
        **block,
        "authProvider": "openmetadata",
        "securityConfig": {"jwtToken": jwt},
        "enableVersionValidation": False,
    }
    return found.openmetadata(found.connection.model_validate(config), additional_client_config_arguments=dict(_PLAIN))
