"""What people read on a terminal, in their language. The English text is its own key; `ko.yml` holds the Korean one.

Programs read English: nothing here touches JSON, logs, or what is stored.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from copy import copy
from functools import cache
from importlib.resources import files

import click

from plugin.texts.particles import fitted

_HANGUL = re.compile(r"[가-힣ㄱ-ㅎ]")
_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
"""As gettext looks at them: the first that is set decides."""
_language: ContextVar[str] = ContextVar("language", default="en")


def language_for(words: Iterable[str], environment: Mapping[str, str] = os.environ) -> str:
    """Korean for who writes Korean, or whose locale is Korean."""
    if any(_HANGUL.search(word) for word in words):
        return "ko"
    locale = next(filter(None, (environment.get(name) for name in _VARIABLES)), "")
    return "ko" if re.match(r"ko(?:[_.:-]|$)", locale) else "en"


def speak(language: str) -> None:
    """From here on, in this process."""
    _language.set(language)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    before = _language.set(language)
    try:
        yield
    finally:
        _language.reset(before)


def t(text: str, *values: object) -> str:
    """The text in the reader's language, each `{}` filled in order."""
    known = catalogue().get(text, text) if _language.get() == "ko" else text
    return fitted(known.format(*values)) if values else known


def told(said: str, language: str = "") -> str:
    """A text that is finished already, as an error's is: found by what it was made of, with its values kept (a name is
    one word and stays). As it is where it is in no catalogue: an engine's own words."""
    if (language or _language.get()) != "ko" or not said:
        return said
    if said in catalogue():
        return catalogue()[said]
    for pattern, korean in _patterns():
        if found := pattern.fullmatch(said):
            return fitted(korean.format(*(told(part, "ko") if " " in part else part for part in found.groups())))
    return said


def helped(command: click.Command) -> click.Command:
    """The command with its help, and that of its options and of commands below it, in the reader's language: a copy
    where that is not its own."""
    if _language.get() != "ko":
        return command
    command = copy(command)
    command.help = told(command.help or "") or None
    command.params = [copy(param) for param in command.params]
    for option in command.params:
        if isinstance(option, click.Option):
            option.help = told(option.help or "") or None
    if isinstance(command, click.Group):
        command.commands = {name: helped(below) for name, below in command.commands.items()}
    return command


@cache
def catalogue() -> Mapping[str, str]:
    """Korean by English."""
    import yaml

    found: dict[str, dict[str, str]] = yaml.safe_load((files("plugin.texts") / "ko.yml").read_text(encoding="utf-8"))
    return {english: korean for section in found.values() for english, korean in section.items()}


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Those with the most words of their own first: a text that fits many is taken last."""
    made = [(key, korean) for key, korean in catalogue().items() if "{}" in key]
    made.sort(key=lambda entry: -len(entry[0].replace("{}", "")))
    return tuple((re.compile(re.escape(key).replace(r"\{\}", "(.*?)"), re.DOTALL), korean) for key, korean in made)
