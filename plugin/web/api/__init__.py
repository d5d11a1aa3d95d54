"""The JSON API under /api/v1, with the permissions of the screens."""

from fastapi import APIRouter

from plugin.web.api import asks, catalog, examples, hooks, metrics

ROUTERS: tuple[APIRouter, ...] = (asks.router, catalog.router, examples.router, metrics.router, hooks.router)
