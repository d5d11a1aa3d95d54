"""What the pages of the documentation hold: fenced blocks, commands, files."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
_FENCE = re.compile(r"^```(?P<kind>\w*)(?: title=\"(?P<title>[^\"]+)\")?\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"^(?: {4}|\$ )(dbt-ask .*)$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    kind: str
    title: str
    body: str


@dataclass(frozen=True)
class Step:
    """A command, and the lines that it prints; `...` stands for any lines, or for the rest of one."""

    command: str
    expected: tuple[str, ...]


def pages() -> list[Path]:
    return sorted([*DOCS.rglob("*.md"), *DOCS.parent.glob("README*.md")])


def blocks(page: Path) -> list[Block]:
    found = _FENCE.finditer(page.read_text(encoding="utf-8"))
    return [Block(match["kind"], match["title"] or "", match["body"]) for match in found]


def steps(block: Block) -> list[Step]:
    found: list[Step] = []
    for line in block.body.splitlines():
        if line.startswith("$ "):
            found.append(Step(line[2:], ()))
        elif found:
            found[-1] = Step(found[-1].command, (*found[-1].expected, line))
    return found


def commands(page: Path) -> Iterator[list[str]]:
    """The words after `dbt-ask` of every command in a code block."""
    text = page.read_text(encoding="utf-8")
    lines = [line for block in blocks(page) if block.kind != "yaml" for line in block.body.splitlines()]
    lines += [match[1] for match in _INDENTED.finditer(text)]
    for line in lines:
        line = line.removeprefix("$ ").strip()
        if line.startswith("dbt-ask "):
            yield shlex.split(line, comments=True)[1:]


def matches(expected: tuple[str, ...], printed: str) -> bool:
    pattern = ""
    for line in expected:
        pattern += r"(?:.*\n)*?" if line == "..." else ".*".join(map(re.escape, line.split("..."))) + r"\n"
    return re.fullmatch(pattern, printed if printed.endswith("\n") or not printed else printed + "\n") is not None
