"""The JSON API under /api/v1, with the permissions of the screens."""

from fastapi import APIRouter

ROUTERS: tuple[APIRouter, ...] = ()
