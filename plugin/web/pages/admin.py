"""/admin: who is there, with which roles in which domains; one-time links that invite or give a new password."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from plugin.web.accounts import Grant, Viewer
from plugin.web.accounts.actor import actor_of
from plugin.web.errors import BadInput, NotFound
from plugin.web.rights import ROLES, Role
from plugin.web.site import Site, SiteDep, may

MOST_GRANTS = 100
router = APIRouter(prefix="/admin", include_in_schema=False)
Admin = Annotated[Viewer, Depends(may("administer"))]
Domain = Annotated[str, Form(max_length=200)]


@router.get("")
def people(request: Request, site: SiteDep, _viewer: Admin) -> Response:
    return _page(request, site)


@router.post("/invite")
def invite(
    request: Request, site: SiteDep, viewer: Admin, role: Annotated[Role, Form()], domain: Domain = ""
) -> Response:
    """The link is on this one page and nowhere else."""
    grant = _grant(site, role, domain)
    link = f"{site.url}/welcome/{site.invitations.make(grant)}"
    site.audit(actor_of(viewer, request=request.state.request), "invite", "", {"role": role, "domain": domain})
    return _page(request, site, link)


@router.post("/people/{person}/password")
def new_password(request: Request, site: SiteDep, viewer: Admin, person: str) -> Response:
    found = site.people.find(person)
    if found is None:
        raise NotFound("no_person", "there is no such person, or the account is closed")
    link = f"{site.url}/welcome/{site.invitations.make(found.grants[0], person)}"
    site.audit(actor_of(viewer, request=request.state.request), "reset_password", found.login)
    return _page(request, site, link)


@router.post("/people/{person}/grants")
def set_grants(
    request: Request,
    site: SiteDep,
    viewer: Admin,
    person: str,
    role: Annotated[list[Role | Literal[""]], Form(max_length=MOST_GRANTS)],
    domain: Annotated[list[str], Form(default_factory=list, max_length=MOST_GRANTS)],
) -> Response:
    """One line each: a role, and its domain or "" for all. A line without a role is none."""
    domains = [*domain, *[""] * len(role)]
    grants = [_grant(site, name, of) for name, of in zip(role, domains, strict=False) if name]
    site.people.set_grants(person, grants)
    told = [{"role": grant.role, "domain": grant.domain} for grant in grants]
    site.audit(actor_of(viewer, request=request.state.request), "grant", person, {"grants": told})
    return RedirectResponse("/admin", 303)


@router.post("/people/{person}/active")
def set_active(
    request: Request, site: SiteDep, viewer: Admin, person: str, active: Annotated[bool, Form()]
) -> Response:
    site.people.set_active(person, active)
    site.audit(actor_of(viewer, request=request.state.request), "open" if active else "close", person)
    return RedirectResponse("/admin", 303)


def _page(request: Request, site: Site, link: str = "") -> Response:
    return site.renderer.page(
        request, "admin.html", people=site.people.all(), roles=ROLES, domains=_domains(site), link=link
    )


def _grant(site: Site, role: Role, domain: str) -> Grant:
    if domain and domain not in _domains(site):
        raise BadInput("no_domain", f"no table is of the domain {domain!r}")
    if domain and role == "admin":
        raise BadInput("role_form", "an admin is admin of everything")
    return Grant(role, domain)


def _domains(site: Site) -> list[str]:
    return site.reading.catalog().directory.all_domains()
