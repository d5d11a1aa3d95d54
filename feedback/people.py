"""Who acts: a name, what it may do in which domains, and the way by which it came."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

Role = Literal["asker", "reviewer", "publisher", "owner", "admin", "service"]
REVIEWER: tuple[Role, ...] = ("reviewer",)
PUBLISHER: tuple[Role, ...] = ("publisher",)
ALL: frozenset[str] = frozenset({"*"})


@dataclass(frozen=True)
class Actor:
    """`roles`: role -> the domains of tables in which it holds, `ALL` for every one. An admin may do what people
    may; only a job is a `service`. `via` is the way (cli, api, ui, job), `request` its id, for the audit."""

    name: str
    roles: Mapping[Role, frozenset[str]] = field(default_factory=dict)
    via: str = "cli"
    request: str = ""

    @classmethod
    def of(cls, name: str, *roles: Role, via: str = "cli", request: str = "") -> Actor:
        """With these roles in every domain."""
        return cls(name, dict.fromkeys(roles, ALL), via, request)

    def may(self, roles: Collection[Role], domains: Collection[str] = ()) -> bool:
        """One of the roles, and that for all of the domains."""
        held = {role for role in self.roles if role in roles or (role == "admin" and set(roles) - {"service"})}
        return any("*" in self.roles[role] or set(domains) <= self.roles[role] for role in held)


SERVICE = Actor.of("dbt-ask", "service", via="job")
