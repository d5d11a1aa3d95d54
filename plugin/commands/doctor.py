"""`dbt-ask doctor`: every part is tried for real; what fails says how to mend it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import click

from backends.errors import AskError
from plugin.assemble import Workbench
from plugin.commands.options import for_project, with_format
from plugin.project import Project
from plugin.texts import t, told

if TYPE_CHECKING:
    from rich.table import Table

_WIDTH = 10


@dataclass(frozen=True)
class Finding:
    part: str
    ok: bool
    says: str
    hint: str = ""
    seconds: float = 0.0


@click.command("doctor", help="Check each part, and say how to mend it.")
@with_format
@for_project
def command(project: Project, form: str) -> int:
    from plugin.commands import console

    with Workbench(project) as bench:
        findings = list(_findings(bench))
    if form == "json":
        console.put_json([asdict(f) for f in findings])
    else:
        for finding in findings:
            console.out.print(_line(finding))
    return 0 if all(f.ok for f in findings) else 1


def _line(finding: Finding) -> Table:
    """Of three columns, so that a long text goes on below itself."""
    from rich.markup import escape
    from rich.table import Table

    line = Table.grid(padding=(0, 1))
    line.add_column()
    line.add_column(min_width=_WIDTH, no_wrap=True)
    line.add_column(overflow="fold")
    mark = "[green]✓[/]" if finding.ok else "[red]✗[/]"
    took = t("{} s", f"{finding.seconds:.1f}")
    line.add_row(mark, f"[bold]{t(finding.part)}[/]", f"{escape(told(finding.says))} [dim]{took}[/]")
    if finding.hint:
        line.add_row("", "", f"[yellow]-> {escape(told(finding.hint))}[/]")
    return line


def _findings(bench: Workbench) -> Iterator[Finding]:
    yield _try("settings", lambda: f"{bench.project.directory.name}/dbt_ask.yml, or its defaults")
    yield _try("dbt", lambda: _dbt(bench))
    if bench.settings.catalog.source != "dbt":
        yield _try("openmetadata", lambda: _openmetadata(bench))
    yield _try("warehouse", lambda: _warehouse(bench))
    yield _try("catalogue", lambda: f"{len(bench.catalog.tables)} tables of {bench.catalog.project}")
    yield _try("embedder", lambda: f"{bench.embedder.id}, {len(bench.embedder.embed_query('doctor'))} dimensions")
    yield _try("index", lambda: _index(bench))
    yield _try("model", lambda: _model(bench))
    yield _try("state", lambda: _state(bench))


def _try(part: str, look: Callable[[], str]) -> Finding:
    started = time.perf_counter()
    try:
        says, hint, ok = look(), "", True
    except AskError as error:
        says, hint, ok = error.message, error.hint, False
    return Finding(part, ok, says, hint, time.perf_counter() - started)


def _warehouse(bench: Workbench) -> str:
    lock = "read-only" if bench.warehouse.locked else "as its user may: let that be one that may only read"
    return f"{bench.warehouse.dialect}, {len(bench.warehouse.tables())} relations, {lock}"


def _dbt(bench: Workbench) -> str:
    from catalog_sync.dbt_artifacts import DbtArtifacts

    read = DbtArtifacts(bench.project.directory).read()
    return f"{len(read.tables)} relations of {read.project} in the manifest"


def _openmetadata(bench: Workbench) -> str:
    from catalog_sync.openmetadata.connection import connect
    from plugin.sources import openmetadata

    source = openmetadata(bench.project, bench.settings, bench.policy)
    found = connect(source.server, source.token)
    return found.note or f"version {found.server_version} at {found.host}"


def _state(bench: Workbench) -> str:
    last = next(iter(bench.asks.recent(1)), None)
    return f"the last question was at {last.asked_at:%Y-%m-%d %H:%M}" if last else "nothing was asked yet"


def _index(bench: Workbench) -> str:
    from catalog_sync.index import COLLECTIONS, stamp_of

    bench.index.begin(stamp_of(bench.embedder))
    return ", ".join(f"{bench.index.count(name)} {name}" for name in COLLECTIONS.values())


def _model(bench: Workbench) -> str:
    from backends.llm.base import Message, Sampling

    reply = bench.llm.chat([Message("user", "select 1")], Sampling(max_tokens=1))
    return f"{bench.llm.id}, answers {reply.usage.prompt_tokens or 'its'} tokens"
