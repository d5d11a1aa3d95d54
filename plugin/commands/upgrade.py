"""`dbt-ask upgrade`: the state database to the revision of this version, or back before an older one is installed."""

from __future__ import annotations

import click

from plugin.commands.options import for_project, with_format
from plugin.project import Project


@click.command("upgrade", help="The state database to the revision of this version, or back to an earlier one.")
@click.option("--to", help="Another revision; going back loses what only later ones can hold.")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@with_format
@for_project
def command(project: Project, to: str | None, dry_run: bool, form: str) -> int:
    from backends.database import upgrade
    from plugin.assemble import Workbench
    from plugin.commands import console

    with Workbench(project) as bench:
        engine = bench.open_state()
        with engine.connect() as connection:
            found = upgrade.current(connection)
        wanted = to or upgrade.head()
        if not dry_run:
            upgrade.move_to(engine, wanted)
    if form == "json":
        console.put_json({"from": found, "to": wanted, "done": not dry_run})
    elif found == wanted:
        console.out.print(f"the state database is at revision {found}: nothing to do")
    else:
        did = "would go" if dry_run else "went"
        console.out.print(f"the state database {did} from revision {found or 'none'} to {wanted}")
    return 0
