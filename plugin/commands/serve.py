"""`dbt-ask serve`: the web UI and the API, in one process that owns the model."""

from __future__ import annotations

import socket

import click

from plugin.commands.options import for_project
from plugin.errors import SettingsError
from plugin.project import Project

_LOOPBACK = frozenset(("127.0.0.1", "localhost", "::1"))


@click.command("serve", help="The web UI and the API.")
@click.option("--host", help="Another address to listen at than the settings'.")
@click.option("--port", type=click.IntRange(0, 65535), help="Another port than the settings'; 0 takes a free one.")
@for_project
def command(project: Project, host: str | None, port: int | None) -> int:
    try:
        import uvicorn

        from plugin.web.app import create_app, make_site
    except ModuleNotFoundError as error:
        raise SettingsError(
            f"the web UI needs the package {error.name}, which is not installed",
            hint='install the extra: pip install "dbt-ask[web]"',
        ) from error
    from plugin import logs
    from plugin.assemble import Workbench
    from plugin.operate import tracing

    with Workbench(project) as bench:
        logs.as_set(bench.settings.logs, project.log)
        tracing.start("dbt-ask")
        chosen = bench.settings.web
        host = chosen.host if host is None else host
        if host not in _LOOPBACK and not chosen.url:
            raise SettingsError(
                f"{host} can be reached from elsewhere, and web.url does not say by which address",
                hint="set web.url in dbt_ask.yml, https://... behind a proxy that ends TLS",
                key="web.url",
            )
        with _listen(host, chosen.port if port is None else port) as listening:
            url = chosen.url or f"http://{_shown(host)}:{listening.getsockname()[1]}"
            site = make_site(bench, url)
            bench.llm.context_tokens  # noqa: B018  a missing model is said now, not at the first question
            click.secho(f"dbt-ask: {site.url}", bold=True)
            if secret := site.invitations.first_admin():
                click.echo(f"first admin (once, 3 days): {site.url}/welcome/{secret}")
            config = uvicorn.Config(create_app(site), log_level="warning", access_log=False, server_header=False)
            uvicorn.Server(config).run(sockets=[listening])
    return 0


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((host, port))
    except OSError as error:
        opened.close()
        raise SettingsError(
            f"{host}:{port} can't be listened at: {error.strerror}",
            hint="choose another web.port, or --port 0 for a free one",
        ) from error
    return opened


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host
