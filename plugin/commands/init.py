"""`dbt-ask init`: asks nothing that it can find out."""

from __future__ import annotations

import click

from plugin import settings
from plugin.commands.options import for_project
from plugin.errors import SettingsError
from plugin.project import Project
from plugin.texts import t

_HEAD = """\
# dbt-ask: settings of this project. Every key has a default; docs/settings.md lists them all.
"""


@click.command("init", help="Write dbt_ask.yml for this project, and look what is there.")
@click.option("--force", is_flag=True, help="Overwrite an existing dbt_ask.yml.")
@click.option("--dry-run", is_flag=True, help="Only print what would be written.")
@for_project
def command(project: Project, force: bool, dry_run: bool) -> int:
    path = project.directory / settings.FILE_NAME
    tiers = _tiers(project)
    text = _HEAD + "\ncatalog:\n  source: dbt\n  tiers: [" + ", ".join(tiers) + "]\n\nllm:\n  kind: local\n"
    if dry_run:
        click.echo(text)
        return 0
    if path.exists() and not force:
        raise SettingsError(f"{path.name} is there already", hint="change it by hand, or run `dbt-ask init --force`")
    path.write_text(text, encoding="utf-8")
    project.make_state()
    click.secho(t("wrote {}", path.name), fg="green")
    click.echo(t('next: `dbt-ask build` (or `dbt-ask parse`), then `dbt-ask sync`, then `dbt-ask ask "..."`'))
    return 0


def _tiers(project: Project) -> tuple[str, ...]:
    """The highest tier that the project's tables have, as far as dbt has parsed them; else the default."""
    from catalog_sync.dbt_artifacts import DbtArtifacts
    from catalog_sync.errors import CatalogError

    try:
        used = sorted({t.tier for t in DbtArtifacts(project.directory).read() if t.tier})
    except CatalogError:
        used = []
    return (used[0],) if used else settings.CatalogSettings().tiers
