"""`dbt-ask feedback import`: what is there already becomes candidates."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from plugin.commands.feedback_shown import show_import
from plugin.commands.options import for_project, with_format
from plugin.project import Project

if TYPE_CHECKING:
    from feedback.sources.found import Found, Skipped
    from plugin.assemble import Workbench


@click.command(
    "import",
    help="Propose what is there already: questions with SQL, dbt's analyses, OpenMetadata's queries, a query log.",
)
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dbt", "from_dbt", is_flag=True, help="The analyses and exposures of this project's manifest.")
@click.option("--openmetadata", is_flag=True, help="The queries that people keep there with tables.")
@click.option(
    "--log", "is_log", is_flag=True, help="FILE is a log of queries: alike ones are one, rare ones are left out."
)
@click.option(
    "--least",
    default=2,
    show_default=True,
    type=click.IntRange(1),
    help="With --log: how often a query must have been run.",
)
@click.option("--write-questions", is_flag=True, help="The language model writes a question where there is none.")
@click.option("--language", default="en", type=click.Choice(["en", "ko"]), help="Of the questions that are written.")
@click.option("--dry-run", is_flag=True, help="Only say what would be taken.")
@with_format
@for_project
def import_(
    project: Project,
    file: Path | None,
    from_dbt: bool,
    openmetadata: bool,
    is_log: bool,
    least: int,
    write_questions: bool,
    language: str,
    dry_run: bool,
    form: str,
) -> int:
    from feedback import importing, wording
    from feedback.drafts import Text
    from plugin.assemble import Workbench
    from plugin.commands import console
    from plugin.feedback_loop import person

    if [bool(file), from_dbt, openmetadata].count(True) != 1:
        raise click.UsageError("name a file, or say --dbt or --openmetadata")

    with Workbench(project) as bench:

        def write(text: Text) -> str:
            return wording.question_of(text.sql, text.tables, bench.catalog, bench.llm, language)

        found, notes = (_of_openmetadata(bench), {}) if openmetadata else _found(bench, file, is_log, least)
        source = "dbt" if from_dbt else "openmetadata" if openmetadata else "query_log" if is_log else "import"
        with console.progress(form == "text") as report:
            done = importing.take(
                found,
                bench.feedback.intake,
                person(),
                source,
                write=write if write_questions else None,
                dry_run=dry_run,
                progress=report,
            )
    show_import(form, done, notes)
    return 0 if done.created or done.known or not done.skipped else 1


def _found(
    bench: Workbench, file: Path | None, is_log: bool, least: int
) -> tuple[list[Found | Skipped], dict[str, Any]]:
    from catalog_sync.dbt_artifacts import DbtArtifacts
    from feedback.sources import dbt, files, query_log

    if file is None:
        return list(dbt.read(DbtArtifacts(bench.project.directory).target / "manifest.json")), {}
    if not is_log:
        return list(files.read(file)), {}
    got = query_log.harvest(files.read(file), bench.catalog, least)
    return list(got.kept), {"read": got.read, "refused": dict(got.refused), "rare": got.rare}


def _of_openmetadata(bench: Workbench) -> list[Found | Skipped]:
    from catalog_sync.openmetadata.connection import connect
    from catalog_sync.openmetadata.rest import Rest
    from feedback.sources import openmetadata
    from plugin import sources

    source = sources.openmetadata(bench.project, bench.settings, bench.policy)
    rest = Rest(connect(source.server, source.token))
    rows = [row for page in rest.pages(openmetadata.PATH, {"fields": openmetadata.FIELDS}) for row in page]
    return list(openmetadata.read(rows))
