"""`dbt-ask mcp`: the MCP server on standard input and output, for an agent on this machine."""

from __future__ import annotations

import getpass

import click

from plugin.commands.options import for_project
from plugin.errors import SettingsError
from plugin.project import Project


@click.command("mcp", help="A server for agents, on standard input and output.")
@for_project
def command(project: Project) -> int:
    try:
        from plugin.web.app import make_site
        from plugin.web.mcp import make_server
    except ModuleNotFoundError as error:
        raise SettingsError(
            f"the MCP server needs the package {error.name}, which is not installed",
            hint='install the extra: pip install "dbt-ask[mcp]"',
        ) from error
    from plugin.assemble import Workbench
    from plugin.web.accounts import Grant, Viewer

    with Workbench(project) as bench:
        chosen = bench.settings.web
        site = make_site(bench, chosen.url or f"http://{chosen.host}:{chosen.port}")
        user = getpass.getuser()
        viewer = Viewer(f"local:{user}", user, user, (Grant("asker"),))
        with site.presence:
            site.desk.start()
            try:
                make_server(site, lambda: viewer).run("stdio")
            finally:
                site.desk.stop()
    return 0
