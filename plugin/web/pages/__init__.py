"""The screens. Each is a router of its own; every form is a real one and works without a script."""

from fastapi import APIRouter

from plugin.web.pages import (
    account,
    admin,
    ask,
    audit,
    card,
    catalog,
    evals,
    examples,
    feedback,
    jobs,
    metrics,
    oidc,
    review,
    texts,
    views,
)

ROUTERS: tuple[APIRouter, ...] = (
    account.router,
    oidc.router,
    ask.router,
    feedback.router,
    review.router,
    card.router,
    examples.router,
    catalog.router,
    texts.router,
    views.router,
    evals.router,
    metrics.router,
    jobs.router,
    audit.router,
    admin.router,
)
