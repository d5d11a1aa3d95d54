"""Reads the settings: the file, then the environment over it.

An environment variable names a key by its path, `__` between the parts: DBT_ASK_LLM__BASE_URL.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError

from plugin.errors import SettingsError
from plugin.settings.tree import Settings

FILE_NAME = "dbt_ask.yml"
ENV_PREFIX = "DBT_ASK_"
_ENV_OF_OTHERS = frozenset({"DBT_ASK_MODEL_PATH", "DBT_ASK_CACHE_DIR", "DBT_ASK_SPIDER"})
_ENV_OF_OTHERS_PREFIX = "DBT_ASK_PG_"


def known_keys() -> dict[str, str]:
    """Dotted key -> its description."""
    return {
        f"{section}.{key}": field.description or ""
        for section, model in _sections().items()
        for key, field in model.model_fields.items()
    }


def load(project_dir: Path, env: Mapping[str, str] = os.environ) -> Settings:
    """Defaults when there is no file. Raises SettingsError that names the key and the nearest known one."""
    raw = _read(project_dir / FILE_NAME)
    for key, value in _from_env(env).items():
        section, _, name = key.partition(".")
        raw.setdefault(section, {})
        raw[section][name] = value
    _refuse_unknown(raw)
    try:
        return Settings.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise SettingsError(
            f"{where} in {FILE_NAME} can't be {first.get('input')!r}: {first['msg']}",
            hint=known_keys().get(where, "see docs/settings.md"),
            key=where,
        ) from None


def _sections() -> dict[str, type[BaseModel]]:
    return {
        name: field.annotation
        for name, field in Settings.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
    }


def _read(path: Path) -> dict[str, dict[str, Any]]:
    if not path.is_file():
        return {}
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError(f"{path.name} can't be read: {error}", hint=f"mend or delete {path.name}") from error
    if not isinstance(raw, dict):
        raise SettingsError(f"{path.name} must be a mapping of sections", hint="see docs/settings.md")
    for section, body in raw.items():
        if body is None:
            raw[section] = {}
        elif section in _sections() and not isinstance(body, dict):
            raise SettingsError(f"{section} in {path.name} must be a section with keys", hint="see docs/settings.md")
    return raw


def _from_env(env: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, text in env.items():
        if not name.startswith(ENV_PREFIX) or name in _ENV_OF_OTHERS or name.startswith(_ENV_OF_OTHERS_PREFIX):
            continue
        key = name[len(ENV_PREFIX) :].lower().replace("__", ".")
        if key not in known_keys():
            raise SettingsError(f"the environment variable {name} names no setting", hint=_nearest(key), key=key)
        found[key] = _parse(text, key)
    return found


def _parse(text: str, key: str) -> Any:
    section, _, name = key.partition(".")
    annotation = _sections()[section].model_fields[name].annotation
    if annotation is not None and tuple in (annotation, getattr(annotation, "__origin__", None)):
        return [part.strip() for part in text.split(",") if part.strip()]
    if getattr(annotation, "__origin__", None) is dict:
        return _mapping(text, key)
    return text


def _mapping(text: str, key: str) -> dict[str, Any]:
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError:
        found = None
    if not isinstance(found, dict):
        raise SettingsError(
            f"the environment variable of {key} must hold a mapping", hint='as YAML: {"name": "value"}', key=key
        )
    return found


def _refuse_unknown(raw: Mapping[str, Any]) -> None:
    sections = _sections()
    for section, body in raw.items():
        if section not in sections:
            raise SettingsError(
                f"{FILE_NAME} has an unknown section {section!r}", hint=_nearest(str(section)), key=section
            )
        for name in body:
            if name not in sections[section].model_fields:
                key = f"{section}.{name}"
                raise SettingsError(f"{FILE_NAME} has an unknown key {key!r}", hint=_nearest(key), key=key)


def _nearest(key: str) -> str:
    candidates = [*known_keys(), *_sections()]
    match = difflib.get_close_matches(key, candidates, n=1, cutoff=0.5)
    return f"did you mean {match[0]!r}?" if match else f"known sections: {', '.join(_sections())}"


def choices(key: str) -> tuple[str, ...]:
    """The allowed words of a key that has such, else none."""
    section, _, name = key.partition(".")
    return tuple(str(a) for a in get_args(_sections()[section].model_fields[name].annotation) if isinstance(a, str))
