"""The official client's classes. It is heavy (seconds, hundreds of megabytes): imported here alone, when called."""

from __future__ import annotations

import logging
import re
import warnings
from dataclasses import dataclass
from functools import cache
from typing import Any

from backends.errors import AskError
from catalog_sync.errors import SourceRefused, SourceUnavailable, SourceUnreadable

TOKEN_HINT = "make a token at Settings > Bots in OpenMetadata and put it into openmetadata.server or its variable"
HOST_HINT = "openmetadata.server.hostPort must be the server's address with /api at its end: https://host:8585/api"
_TLS_HINT = (
    "renew the certificate, or name the authority that signed it: verifySSL: validate and "
    "sslConfig: {caCertificate: /path/ca.pem} in openmetadata.server"
)


@dataclass(frozen=True)
class Official:
    """`errors` is everything that the client raises."""

    openmetadata: Any
    connection: Any
    mismatch: type[Exception]
    errors: tuple[type[Exception], ...]


@cache
def official() -> Official:
    """Its import warns, and puts a handler on the root logger: neither is the user's concern."""
    root = logging.getLogger()
    handlers = list(root.handlers)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _imported()
    except ModuleNotFoundError as error:
        raise SourceUnreadable(
            f"reading OpenMetadata needs the package {error.name}, which is not installed",
            hint='install the extra: pip install "dbt-ask[openmetadata]"',
        ) from error
    finally:
        root.handlers[:] = handlers
        logging.getLogger("metadata").setLevel(logging.CRITICAL)
        logging.getLogger("urllib3.connectionpool").setLevel(logging.ERROR)  # it tells of each try


def _imported() -> Official:
    from metadata.generated.schema.entity.services.connections.metadata.openMetadataConnection import (
        OpenMetadataConnection,
    )
    from metadata.ingestion.ometa import client
    from metadata.ingestion.ometa.mixins import server_mixin
    from metadata.ingestion.ometa.ometa_api import OpenMetadata
    from metadata.utils.ssl_registry import InvalidSSLVerificationException
    from pydantic import ValidationError
    from requests import RequestException

    errors = (
        client.APIError,
        client.HtmlResponseError,
        client.LimitsException,
        client.RestTransportError,
        client.RetryException,
        server_mixin.VersionNotFoundException,
        InvalidSSLVerificationException,
        RequestException,
        ValidationError,
        OSError,
    )
    return Official(OpenMetadata, OpenMetadataConnection, server_mixin.VersionMismatchException, errors)


def explained(error: Exception, host: str) -> AskError:
    """What the client means, in words that never repeat what it was given: that may be the token."""
    name, text = type(error).__name__, " ".join(str(error).split())
    if name == "ValidationError":
        return SourceUnreadable(
            f"openmetadata.server can't be used: {_fields(error)}",
            hint="it is the openMetadataServerConfig block of OpenMetadata's own documentation",
        )
    if "SSLError" in text or "CERTIFICATE" in text or "SSL" in name:
        reason = "it has expired" if "expired" in text else text[-160:]
        return SourceUnreadable(f"the certificate of {host} can't be trusted: {reason}", hint=_TLS_HINT)
    if name == "HtmlResponseError":
        return web_page(host)
    if name == "APIError" or "Not authorized" in text:
        return SourceRefused(f"OpenMetadata at {host} does not accept the token or password", hint=TOKEN_HINT)
    if name == "VersionNotFoundException" and "HTTP 5" not in text and "No response" not in text:
        return SourceUnreadable(f"there is no API of OpenMetadata at {host}", hint=HOST_HINT)
    return SourceUnavailable(
        f"OpenMetadata at {host} does not answer: {_cause(text)}", hint="check hostPort, the network and the server"
    )


def web_page(host: str) -> SourceUnreadable:
    return SourceUnreadable(
        f"{host} answers with a web page, not with the API of OpenMetadata",
        hint=f"{HOST_HINT}; if a login page stands before it, openmetadata.server.extraHeaders can pass it",
    )


def _cause(text: str) -> str:
    """What the system said, where the client wraps it in what it tried."""
    said = re.findall(r"\[Errno -?\d+\] ([^\"'()]+)", text)
    return str(said[-1]).strip() if said else text[-160:]


def _fields(error: Any) -> str:
    return "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_input=False))
