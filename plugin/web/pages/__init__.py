"""The screens. Each is a router of its own; every form is a real one and works without a script."""

from fastapi import APIRouter

from plugin.web.pages import account, admin, ask, audit, catalog, feedback, jobs

ROUTERS: tuple[APIRouter, ...] = (
    account.router,
    ask.router,
    feedback.router,
    catalog.router,
    jobs.router,
    audit.router,
    admin.router,
)
