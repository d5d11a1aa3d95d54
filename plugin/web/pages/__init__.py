"""The screens. Each is a router of its own; every form is a real one and works without a script."""

from fastapi import APIRouter

from plugin.web.pages import account, admin, ask, audit, catalog, examples, feedback, review

ROUTERS: tuple[APIRouter, ...] = (
    account.router,
    ask.router,
    feedback.router,
    review.router,
    examples.router,
    catalog.router,
    audit.router,
    admin.router,
)
