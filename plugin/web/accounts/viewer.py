"""The person behind a request, with what they may do and see."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_sync.model import Catalog
from plugin.web.rights import MAY, SCOPE_ALLOWS, Action, Role, Scope


@dataclass(frozen=True)
class Grant:
    """`domain` "" is every domain."""

    role: Role
    domain: str = ""


@dataclass(frozen=True)
class Viewer:
    """`scopes` is set for a request by API token: it may do only what is in both."""

    id: str
    login: str
    name: str
    grants: tuple[Grant, ...]
    scopes: tuple[Scope, ...] | None = None

    def may(self, action: Action, domain: str | None = None) -> bool:
        """In that domain; None asks whether anywhere."""
        if self.scopes is not None and not any(action in SCOPE_ALLOWS[scope] for scope in self.scopes):
            return False
        return any(action in MAY[g.role] and (domain is None or g.domain in ("", domain)) for g in self.grants)

    @property
    def domains(self) -> frozenset[str] | None:
        """None where all may be seen."""
        named = frozenset(grant.domain for grant in self.grants)
        return None if "" in named else named

    def sees(self, catalog: Catalog) -> Catalog:
        """The catalogue as this person's policy: the door, the index and the prompt know nothing else."""
        domains = self.domains
        return catalog if domains is None else catalog.within(domains)
