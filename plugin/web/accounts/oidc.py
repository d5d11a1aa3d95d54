"""Signing in at an OpenID provider: code flow with PKCE, state and nonce; what it says is checked by its keys.

The provider's description and keys are read at each sign-in, so that a key it changed is known at once.
"""

from __future__ import annotations

import hmac
import logging
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from plugin.settings import OidcSettings
from plugin.web.accounts.viewer import Grant
from plugin.web.errors import Forbidden, ProviderFailed
from plugin.web.rights import ROLES

BACK = "/sign-in/oidc/back"
_DESCRIPTION = "/.well-known/openid-configuration"
_SIGNED_BY = [f"{kind}{bits}" for kind in ("RS", "PS", "ES") for bits in (256, 384, 512)] + ["EdDSA"]
"""Never by a secret that the client has too, and never by none."""
_LOOPBACK = frozenset(("localhost", "127.0.0.1", "::1"))
_SECONDS = 10.0
_LEEWAY = 60
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Begun:
    """What the browser keeps until it comes back."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Identity:
    """`subject` names one person for ever. `grants` is None where the settings leave roles to the admins."""

    subject: str
    login: str
    name: str
    grants: tuple[Grant, ...] | None


class Oidc:
    def __init__(self, settings: OidcSettings, secret: str, url: str) -> None:
        self.settings = settings
        self._secret = secret
        self._back = url + BACK

    @property
    def title(self) -> str:
        """What the button says."""
        return self.settings.title or urlsplit(self.settings.issuer).hostname or self.settings.issuer

    def begin(self) -> Begun:
        """Raises ProviderFailed."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        with self._client() as client:
            endpoint = self._describe(client)["authorization_endpoint"]
            url, _ = client.create_authorization_url(endpoint, state=state, nonce=nonce, code_verifier=verifier)
        return Begun(url, state, nonce, verifier)

    def finish(self, begun: Begun, answer: Mapping[str, str]) -> Identity:
        """`answer` is the query that the provider sent the browser back with. Raises Forbidden, ProviderFailed."""
        if not hmac.compare_digest(answer.get("state", "").encode(), begun.state.encode()):
            raise Forbidden("other_site", "this is no answer to a sign-in of this browser", hint="sign in again")
        if "code" not in answer:
            raise Forbidden("not_signed_in", f"the provider refused: {answer.get('error', 'no code')}")
        with self._client() as client:
            try:
                return self._identity(self._claims(client, begun, answer["code"]))
            except (AuthlibBaseError, JoseError, httpx2.HTTPError, KeyError, ValueError) as error:
                _log.warning("a sign-in at %s failed: %r", self.settings.issuer, error)
                raise ProviderFailed(
                    "provider", f"the sign-in provider's answer can't be trusted: {type(error).__name__}",
                    hint="sign in again; an admin finds more in the log",
                ) from error  # fmt: skip

    def _claims(self, client: OAuth2Client, begun: Begun, code: str) -> Mapping[str, Any]:
        described = self._describe(client)
        token = client.fetch_token(
            described["token_endpoint"], code=code, code_verifier=begun.verifier, grant_type="authorization_code"
        )
        keys: KeySet = KeySet.import_key_set(_read(client, described["jwks_uri"]))  # type: ignore[arg-type]
        decoded = jwt.decode(token["id_token"], keys, algorithms=_SIGNED_BY)
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            options={
                "iss": {"essential": True, "value": self.settings.issuer},
                "aud": {"essential": True, "value": self.settings.client_id},
            },
            params={"nonce": begun.nonce, "client_id": self.settings.client_id, "access_token": token["access_token"]},
        )
        claims.validate(leeway=_LEEWAY)
        return self._with_more(client, described, claims, token["access_token"])

    def _with_more(
        self, client: OAuth2Client, described: Mapping[str, Any], claims: Mapping[str, Any], access: str
    ) -> Mapping[str, Any]:
        """Some providers say of a person only where they are asked."""
        chosen = self.settings
        wanted = {chosen.login_claim, chosen.name_claim, *([chosen.roles_claim] if chosen.roles else [])}
        if wanted <= set(claims) or "userinfo_endpoint" not in described:
            return claims
        more = _read(client, described["userinfo_endpoint"], {"Authorization": f"Bearer {access}"})
        if more.get("sub") != claims["sub"]:
            raise ValueError("the provider speaks of somebody else")
        return {**more, **claims}

    def _identity(self, claims: Mapping[str, Any]) -> Identity:
        chosen = self.settings
        login = str(claims.get(chosen.login_claim) or "")
        if not login:
            raise Forbidden(
                "no_login", f"the provider gave no {chosen.login_claim}", hint="see oidc.login_claim in dbt_ask.yml"
            )
        name = str(claims.get(chosen.name_claim) or login)
        return Identity(f"{chosen.issuer} {claims['sub']}", login, name, self._grants(claims.get(chosen.roles_claim)))

    def _grants(self, said: Any) -> tuple[Grant, ...] | None:
        chosen = self.settings
        if not chosen.roles:
            return None
        values = [said] if isinstance(said, str) else said if isinstance(said, Sequence) else []
        found = granted(chosen.roles[str(value)] for value in values if str(value) in chosen.roles)
        if not found and chosen.default_role:
            return granted([chosen.default_role])
        if not found:
            raise Forbidden("no_role", "the sign-in provider gives you no role here", hint="ask an admin for one")
        return found

    def _describe(self, client: OAuth2Client) -> Mapping[str, Any]:
        try:
            described = _read(client, self.settings.issuer.rstrip("/") + _DESCRIPTION)
        except (httpx2.HTTPError, ValueError) as error:
            raise ProviderFailed(
                "provider_away", f"the sign-in provider {self.settings.issuer} can't be reached", hint="try again later"
            ) from error
        addresses = [described.get(n, "") for n in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
        if described.get("issuer") != self.settings.issuer or not all(map(_safe, addresses)):
            raise ProviderFailed(
                "provider", "the sign-in provider describes itself as another one",
                hint="oidc.issuer in dbt_ask.yml must be exactly what its description says",
            )  # fmt: skip
        return described

    def _client(self) -> OAuth2Client:
        chosen = self.settings
        return OAuth2Client(
            client_id=chosen.client_id,
            client_secret=self._secret or None,
            token_endpoint_auth_method="client_secret_basic" if self._secret else "none",
            scope=" ".join(chosen.scopes),
            redirect_uri=self._back,
            code_challenge_method="S256",
            timeout=_SECONDS,
        )


def granted(roles: Iterable[str]) -> tuple[Grant, ...]:
    """`reviewer` everywhere, `reviewer@Shop` in one domain. Raises ProviderFailed for what is no role."""
    found = []
    for text in roles:
        role, _, domain = text.partition("@")
        if role not in ROLES:
            raise ProviderFailed(
                "provider", f"{text!r} in oidc.roles is no role", hint=f"one of {', '.join(ROLES)}, or reviewer@Domain"
            )
        found.append(Grant(role, domain))  # type: ignore[arg-type]
    return tuple(dict.fromkeys(found))


def _read(client: OAuth2Client, address: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    answer = client.request("GET", address, withhold_token=True, headers=headers)
    answer.raise_for_status()
    found = answer.json()
    if not isinstance(found, dict):
        raise ValueError(f"{address} says no object")
    return found


def _safe(address: object) -> bool:
    parts = urlsplit(str(address))
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
