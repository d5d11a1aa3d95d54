"""Writes the parts of the documentation that say what the code says.

    python docs/generate.py            # brings the pages up to date
    python docs/generate.py --check    # exit code 1, and their names, if any is not

A page keeps its own words; what lies between a `<!-- generated: NAME -->` and the next `<!-- end -->` is replaced.
"""

from __future__ import annotations

import argparse
import importlib
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

DOCS = Path(__file__).parent
ROOT = DOCS.parent
PACKAGES = ("backends", "catalog_sync", "feedback", "materialized_views", "plugin")
_PART = re.compile(r"(<!-- generated: (?P<name>\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
_BRANCH = re.compile(r"[├└]── (\w+) +(.+)")


def settings() -> str:
    """One row a key of the tree in plugin/settings."""
    from plugin.settings import Settings

    rows = [("key", "default", "what it does")]
    for section, held in Settings.model_fields.items():
        for key, field in held.annotation.model_fields.items():  # type: ignore[union-attr]
            rows.append((f"`{section}.{key}`", _default(field.get_default()), field.description or ""))
    return table(rows)


def commands() -> str:
    """Every command of click's tree, with its arguments and options."""
    from plugin.main import COMMANDS, cli

    context = click.Context(cli, info_name="dbt-ask")
    found = (cli.get_command(context, name) for name in COMMANDS)
    return "\n".join(part for command in found if command for part in _command(command, context, 2))


def api() -> str:
    """The OpenAPI document of /api/v1."""
    from fastapi import FastAPI

    from plugin.web import api as endpoints

    app = FastAPI(title="dbt-ask", version="1")
    for router in endpoints.ROUTERS:
        app.include_router(router)
    document = app.openapi()
    lines: list[str] = []
    for path, methods in document["paths"].items():
        for method, said in methods.items():
            lines += _endpoint(f"{method.upper()} {path}", said)
    lines += ["## Objects", ""]
    for name, schema in sorted(document["components"]["schemas"].items()):
        if "properties" in schema and not name.startswith(("Body_", "HTTPValidation", "ValidationError")):
            lines += [f"### {name}", "", *_sentence(schema.get("description")), _properties(schema)]
    return "\n".join(lines)


def errors() -> str:
    """Every subclass of AskError. What it means stands in the tree at the top of its module, or with the class."""
    from backends.errors import AskError

    for module in _modules_with_errors():
        importlib.import_module(module)
    rows = [("code", "means", "HTTP", "may pass", "module")]
    for depth, kind in _below(AskError, 0):
        name, again = f"{'&emsp;' * depth}`{kind.__name__}`", "yes" if kind.transient else ""
        rows.append((name, _meaning(kind), str(_status(kind)), again, f"`{kind.__module__}`"))
    return table(rows)


def table(rows: list[tuple[str, ...]]) -> str:
    """Markdown; the first row is the head."""
    written = ["| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in rows]
    return "\n".join([written[0], "|---" * len(rows[0]) + "|", *written[1:]])


PARTS = {"settings": settings, "commands": commands, "api": api, "errors": errors}


def brought_up_to_date(text: str) -> str:
    def replaced(found: re.Match[str]) -> str:
        return f"{found[1]}\n{PARTS[found['name']]().rstrip()}\n\n{found[3]}"

    return _PART.sub(replaced, text)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing")
    check = parser.parse_args().check
    stale = []
    for page in sorted(DOCS.rglob("*.md")):
        before = page.read_text(encoding="utf-8")
        after = brought_up_to_date(before)
        if after != before:
            stale.append(page.relative_to(ROOT))
            if not check:
                page.write_text(after, encoding="utf-8")
    for name in stale:
        print(f"{name} {'is not current: run  python docs/generate.py' if check else 'written'}")  # noqa: T201
    return 1 if check and stale else 0


def _default(value: object) -> str:
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, (tuple, list)):
        return f"`[{', '.join(map(str, value))}]`" if value else "empty"
    if isinstance(value, float):
        return f"`{value:g}`"
    return f"`{value}`" if value or value == 0 else "empty"


def _command(command: click.Command, parent: click.Context, level: int) -> Iterator[str]:
    context = click.Context(command, info_name=command.name, parent=parent)
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    yield f"{'#' * level} {context.command_path}\n\n{_plain(command.help)}\n\n    {usage}\n"
    rows = [("option", "default", "what it does")]
    rows += [row for parameter in command.params if (row := _option(parameter, context))]
    if len(rows) > 1:
        yield table(rows) + "\n"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            if child is not None:
                yield from _command(child, context, level + 1)


def _option(parameter: click.Parameter, context: click.Context) -> tuple[str, str, str] | None:
    if not isinstance(parameter, click.Option) or parameter.hidden:
        return None
    names = ", ".join(f"`{name}`" for name in (*parameter.opts, *parameter.secondary_opts))
    kind = "" if parameter.is_flag else f" {parameter.make_metavar(context)}"
    default = parameter.to_info_dict()["default"]
    shown = "" if default in (None, False, (), "") or not isinstance(default, (str, int, float)) else f"`{default}`"
    return f"{names}{kind}", shown, _plain(parameter.help)


def _plain(text: str | None) -> str:
    return re.sub(r"\s*\n\s*", " ", (text or "").replace("\b", "")).strip()


def _endpoint(title: str, said: Mapping[str, Any]) -> list[str]:
    lines = [f"## {title}", "", *_sentence(said.get("description") or said.get("summary"))]
    rows = [("parameter", "in", "kind", "what it is")]
    for given in said.get("parameters", []):
        rows.append((f"`{given['name']}`", given["in"], _kind(given["schema"]), given.get("description", "")))
    for kind, body in said.get("requestBody", {}).get("content", {}).items():
        rows.append(("the body", kind, _kind(body["schema"]), ""))
    if len(rows) > 1:
        lines += [table(rows), ""]
    answers = [("status", "answer", "when")]
    for status, answer in sorted(said["responses"].items()):
        content = answer.get("content", {})
        kinds = [_kind(body.get("schema", body.get("itemSchema", {}))) for body in content.values()]
        answers.append((status, ", ".join(filter(None, kinds)), answer.get("description", "")))
    return [*lines, table(answers), ""]


def _properties(schema: Mapping[str, Any]) -> str:
    required = schema.get("required", ())
    rows = [("field", "kind", "needed", "what it is")]
    for name, field in schema["properties"].items():
        rows.append((f"`{name}`", _kind(field), "yes" if name in required else "", field.get("description", "")))
    return table(rows) + "\n"


def _kind(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return f"[{name}](#{name.lower()})" if "Validation" not in name else name
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " or ".join(f"`{one}`" for one in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return str(schema.get("type", "anything" if schema else ""))


def _sentence(text: str | None) -> list[str]:
    return [_plain(text), ""] if text else []


def _modules_with_errors() -> list[str]:
    """Those with a class that comes from AskError, by the names of the classes and of their bases."""
    classes = [
        (file, *found)
        for package in PACKAGES
        for file in sorted((ROOT / package).rglob("*.py"))
        for found in re.findall(r"^class (\w+)\((\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    errors, modules, before = {"AskError"}, set(), 0
    while before < len(errors):
        before = len(errors)
        errors |= {name for _, name, base in classes if base in errors}
        modules = {file for file, _, base in classes if base in errors}
    return sorted(".".join(f.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for f in modules)


def _below(kind: type[Any], depth: int) -> Iterator[tuple[int, type[Any]]]:
    for child in sorted(kind.__subclasses__(), key=lambda c: (c.__module__, c.__name__)):
        if child.__module__.split(".")[0] in PACKAGES:
            yield depth, child
            yield from _below(child, depth + 1)


def _meaning(kind: type[Any]) -> str:
    """Raises LookupError for an error that nothing is said of: the check fails then."""
    if kind.__doc__ and kind.__doc__ != kind.__mro__[1].__doc__:
        return _plain(kind.__doc__)
    head = sys.modules[kind.__module__].__doc__ or ""
    for name, text in _BRANCH.findall(head):
        if name == kind.__name__:
            return str(re.sub(r"\s*\(transient\)", "", text)).strip()
    if kind.__subclasses__():
        return ""
    raise LookupError(f"{kind.__module__}.{kind.__name__} has no docstring and no line in the tree of its module")


def _status(kind: type[Any]) -> int:
    from plugin.web.failures import status_of

    return status_of(kind.__new__(kind))


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
