"""Pages: Jinja templates, escaped everywhere, with the texts of the reader's language."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime, timezone
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context, select_autoescape
from jinja2.runtime import Context
from markupsafe import Markup, escape

from plugin.texts import told as translated
from plugin.web.cells import cell, numeric
from plugin.web.curation.evidence import picked
from plugin.web.rights import Action

LANGUAGES = {"en": "English", "ko": "한국어"}
THEMES = ("auto", "light", "dark")
SHOWN_STAGES = ("understand", "retrieve", "route", "link", "generate", "check", "deliver")
"""The steps that a person is shown while an answer is made, in their order."""
SCREENS: tuple[tuple[str, Action], ...] = (
    ("ask", "ask"),
    ("review", "review"),
    ("examples", "browse"),
    ("catalog", "browse"),
    ("views", "see_views"),
    ("evals", "see_metrics"),
    ("metrics", "see_metrics"),
    ("jobs", "see_jobs"),
    ("audit", "see_audit"),
    ("admin", "administer"),
)
"""The screens in the order of the menu, with what one must be allowed to see each."""
STATIC = Path(str(files("plugin.web") / "static"))


class Renderer:
    """`project` is shown in the corner of every page."""

    def __init__(self, project: str) -> None:
        self._environment = Environment(
            loader=PackageLoader("plugin.web"),
            autoescape=select_autoescape(default=True, default_for_string=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(
            ago=ago,
            cell=cell,
            duration=duration,
            numeric=numeric,
            picked=picked,
            parted=parted,
            relation=relation,
            told=told,
            until=until,
            when=when,
        )
        self._environment.globals.update(asset=asset, project=project, languages=LANGUAGES, screens=SCREENS)

    def page(self, request: Request, template: str, /, *, status: int = 200, **context: Any) -> HTMLResponse:
        return HTMLResponse(self.text(request, template, **context), status)

    def text(self, request: Request, template: str, /, **context: Any) -> str:
        known = getattr(request.state, "who", None)
        language = language_of(request)
        return self._environment.get_template(template).render(
            path=request.url.path,
            nonce=request.state.nonce,
            csrf=known.csrf if known else "",
            viewer=known.viewer if known else None,
            language=language,
            theme=theme_of(request),
            keys="off" if request.cookies.get("keys") == "off" else "on",
            t=Texts(language),
            **context,
        )


class Texts:
    """t("ask.title", n=3): the text of that key, `{n}` filled."""

    def __init__(self, language: str) -> None:
        self._texts = texts(language)

    def __call__(self, key: str, **values: object) -> str:
        return self._texts[key].format(**values) if values else self._texts[key]

    def known(self, key: str, default: str) -> str:
        """For keys made of data: a reason, a stage, a state."""
        return self._texts.get(key, default)


@cache
def texts(language: str) -> Mapping[str, str]:
    source = files("plugin.web") / "texts" / f"{language}.yml"
    found: dict[str, dict[str, str]] = yaml.safe_load(source.read_text(encoding="utf-8"))
    return {f"{section}.{key}": str(text) for section, body in found.items() for key, text in body.items()}


@cache
def asset(name: str) -> str:
    """Its address, which changes with its content."""
    content = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={content}"


def language_of(request: Request) -> str:
    chosen = request.cookies.get("language", "")
    if chosen in LANGUAGES:
        return chosen
    accepted = [part.partition(";")[0].strip()[:2].casefold() for part in _accepted(request).split(",")]
    return next((language for language in accepted if language in LANGUAGES), "en")


def theme_of(request: Request) -> str:
    chosen = request.cookies.get("theme", "")
    return chosen if chosen in THEMES else "auto"


def _accepted(request: Request) -> str:
    return request.headers.get("accept-language", "")


def ago(at: datetime, t: Texts) -> str:
    seconds = (datetime.now(timezone.utc) - at).total_seconds()
    for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= size:
            return t(f"ago.{unit}", n=int(seconds // size))
    return t("ago.now")


def relation(table: str) -> str:
    """A whole name as the catalogue's addresses have it: without the database."""
    return ".".join(table.split(".")[-2:])


def parted(name: str) -> Markup:
    """A name that may be broken after its dots and underscores."""
    return Markup(re.sub(r"([._])", r"\1<wbr>", str(escape(name))))


def until(at: datetime, t: Texts) -> str:
    seconds = (at - datetime.now(timezone.utc)).total_seconds()
    for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= size:
            return t(f"until.{unit}", n=int(seconds // size))
    return t("until.now")


@pass_context
def told(context: Context, said: str) -> str:
    """What an error says, or its hint, in the reader's language."""
    return translated(said, context["language"])


@pass_context
def duration(context: Context, seconds: float | None) -> str:
    """In the two units that say most: "1 h 5 min", "2 min 10 s", "3.4 s", "12 ms"; in the reader's language."""
    if seconds is None:
        return "–"
    ms, s, minute, hour = (Texts(context["language"])(f"unit.{name}") for name in ("ms", "s", "min", "h"))
    if seconds < 1:
        return f"{seconds * 1000:.0f}{ms}"
    if seconds < 60:
        return f"{seconds:.1f}{s}"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}{minute} {rest}{s}" if minutes < 60 else f"{minutes // 60}{hour} {minutes % 60}{minute}"


def when(text: str) -> str:
    """A time as sources write it, to the minute; other words as they are."""
    try:
        at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return text
    return f"{at:%Y-%m-%d %H:%M} UTC" if "T" in text or " " in text else text
