"""The only module that imports dbt, which takes seconds: always inside a function.

Public in dbt: `dbt.cli.main.cli`, `dbt.plugins.dbtPlugin`. Internal, without a promise, and therefore all
here: `dbt.flags`, `dbt.config`, `dbt.mp_context`, `dbt.adapters.factory`, `dbt_common.context`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backends.errors import WarehouseUnavailable

if TYPE_CHECKING:
    from dbt.plugins.manager import dbtPlugin

__all__ = [
    "Target",
    "adapter",
    "adapter_errors",
    "dbtPlugin",
    "duckdb_options",
    "postgres_options",
    "resolve_target",
    "run_dbt",
    "run_dbt_apart",
    "running_project",
]


def __getattr__(name: str) -> Any:
    """`dbtPlugin`, the base class of plugins, without importing dbt for everything else here."""
    if name == "dbtPlugin":
        from dbt.plugins.manager import dbtPlugin

        return dbtPlugin
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


@dataclass(frozen=True)
class Target:
    """A dbt project's target, resolved: profile, Jinja, environment and vars applied."""

    project_name: str
    project_dir: Path
    profiles_dir: Path
    target_path: Path
    profile: str
    name: str
    type: str
    schema: str
    database: str | None
    credentials: Any = field(repr=False, compare=False)
    config: Any = field(repr=False, compare=False)


def run_dbt(args: list[str]) -> int:
    """Runs a dbt command with dbt's own flags, output and exit code."""
    from dbt.cli.main import cli

    code: int | str | None
    _release_connections()
    try:
        cli.main(args=list(args), prog_name="dbt", standalone_mode=True)
    except SystemExit as stop:
        code = stop.code or 0
    finally:
        _release_connections()
    return code if isinstance(code, int) else 2


def run_dbt_apart(args: list[str], cwd: Path, log: Path) -> int:
    """A dbt command in a process of its own, its output in a file: what we print stays ours, and dbt's global
    state and open connections end with it."""
    program = "import sys; from dbt.cli.main import cli; cli(args=sys.argv[1:], prog_name='dbt')"
    with log.open("w", encoding="utf-8") as output:
        done = subprocess.run(
            [sys.executable, "-c", program, "--no-use-colors", *args],
            cwd=cwd,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    return done.returncode


def running_project() -> tuple[Path, Path | None]:
    """Of the dbt command that runs around us: its project directory, and the target path if a flag names it."""
    import dbt.flags

    flags: Any = dbt.flags
    given = flags.get_flags()
    target = getattr(given, "TARGET_PATH", None)
    return Path(given.PROJECT_DIR), Path(target) if target else None


def _release_connections() -> None:
    """dbt-duckdb keeps the file open in this process, which would lock our own reader out."""
    from dbt.adapters import factory

    adapters: Any = factory
    adapters.reset_adapters()
    connections = sys.modules.get("dbt.adapters.duckdb.connections")
    if connections is not None:
        connections.DuckDBConnectionManager.close_all_connections()


def resolve_target(
    project_dir: Path,
    profiles_dir: Path | None = None,
    target: str | None = None,
    vars: Mapping[str, Any] | None = None,  # noqa: A002  dbt's own word
) -> Target:
    """Raises WarehouseUnavailable where dbt can't make sense of the project or profile."""
    project_dir = Path(project_dir).resolve()
    if not (project_dir / "dbt_project.yml").is_file():
        raise WarehouseUnavailable(
            f"there is no dbt_project.yml in {project_dir}", hint="name the project: --project-dir"
        )
    profiles_dir = _profiles_dir(project_dir, profiles_dir)
    try:
        config = _runtime_config(project_dir, profiles_dir, target, dict(vars or {}))
    except adapter_errors() as error:
        raise WarehouseUnavailable(
            f"dbt can't read the project in {project_dir}: {str(error).strip()}",
            hint=f"profiles come from {profiles_dir}; try: dbt-ask debug",
        ) from error
    credentials = config.credentials
    return Target(
        project_name=config.project_name,
        project_dir=project_dir,
        profiles_dir=profiles_dir,
        target_path=project_dir / config.target_path,
        profile=config.profile_name,
        name=config.target_name,
        type=credentials.type,
        schema=credentials.schema,
        database=credentials.database,
        credentials=credentials,
        config=config,
    )


def _profiles_dir(project_dir: Path, given: Path | None) -> Path:
    if given is not None:
        return Path(given).resolve()
    if os.environ.get("DBT_PROFILES_DIR"):
        return Path(os.environ["DBT_PROFILES_DIR"]).resolve()
    for place in (Path.cwd(), project_dir):
        if (place / "profiles.yml").is_file():
            return place
    return Path.home() / ".dbt"


def adapter_errors() -> tuple[type[Exception], ...]:
    from dbt_common.exceptions import DbtBaseException

    return (DbtBaseException,)


def _runtime_config(project_dir: Path, profiles_dir: Path, target: str | None, cli_vars: dict[str, Any]) -> Any:
    from dbt.config.runtime import RuntimeConfig, load_profile, load_project

    arguments = Namespace(
        project_dir=str(project_dir),
        profiles_dir=str(profiles_dir),
        profile=None,
        target=target,
        threads=None,
        vars=cli_vars,
    )
    with _dbt_flags(arguments):
        profile = load_profile(str(project_dir), cli_vars, None, target, None)
        project = load_project(str(project_dir), True, profile, cli_vars)
        return RuntimeConfig.from_parts(project, profile, arguments)


@contextmanager
def _dbt_flags(arguments: Namespace) -> Iterator[None]:
    """dbt reads its flags and the environment from globals; they are put back for a dbt that runs around us."""
    import dbt.flags
    from dbt_common.context import set_invocation_context

    flags: Any = dbt.flags
    before = flags.get_flags()
    set_invocation_context(os.environ)
    flags.set_from_args(arguments, None)
    try:
        yield
    finally:
        flags.set_flags(before)


def duckdb_options(target: Target) -> dict[str, Any] | None:
    """What `DuckDBEngine` takes; None where the database is no local file."""
    credentials = target.credentials
    if credentials.is_motherduck or credentials.remote or "ducklake:" in credentials.path.lower():
        return None
    if credentials.path == ":memory:":
        raise WarehouseUnavailable(
            f"target {target.name} keeps its DuckDB in memory, so nothing is left of it after a build",
            hint="give the profile a path",
        )
    settings = {**(credentials.config_options or {}), **(credentials.settings or {})}
    return {
        "path": target.project_dir / credentials.path,
        "root": target.project_dir,
        "default_schema": credentials.schema,
        "attach": [_attach_sql(attachment, target) for attachment in credentials.attach or ()],
        "extensions": [each if isinstance(each, str) else each["name"] for each in credentials.extensions or ()],
        "memory": _bytes(str(settings.get("memory_limit", ""))),
        "threads": int(settings["threads"]) if "threads" in settings else None,
    }


def _bytes(text: str) -> int | None:
    """As DuckDB writes sizes: 500MB, 2 GiB. None where the profile says nothing that can be read."""
    match = re.fullmatch(r"\s*([\d.]+)\s*([KMGT]?)(i?)B?\s*", text, re.IGNORECASE)
    if match is None:
        return None
    base = 1024 if match.group(3) else 1000
    return int(float(match.group(1)) * base ** " KMGT".index(match.group(2).upper() or " "))


def _attach_sql(attachment: Any, target: Target) -> str:
    path = attachment.path
    if "://" not in path and ":" not in path.partition("/")[0]:
        path = str(target.project_dir / path)
    options = {key: value for key, value in (attachment.options or {}).items() if key.lower() != "read_only"}
    sql: str = replace(attachment, path=path, read_only=True, options=options or None).to_sql()
    return sql


def postgres_options(target: Target) -> dict[str, Any]:
    """What `PostgresEngine` takes."""
    credentials = target.credentials
    connect = {
        "dbname": credentials.database,
        "user": credentials.user,
        "host": credentials.host,
        "password": credentials.password,
        "port": credentials.port,
        "connect_timeout": credentials.connect_timeout,
        "application_name": "dbt-ask",
    }
    for name in ("sslmode", "sslcert", "sslkey", "sslrootcert", "keepalives_idle"):
        if getattr(credentials, name):
            connect[name] = getattr(credentials, name)
    if credentials.search_path:
        connect["options"] = "-c search_path={}".format(credentials.search_path.replace(" ", "\\ "))
    return {"connect": connect, "default_schema": credentials.schema, "role": credentials.role}


def adapter(target: Target) -> Any:
    """The project's own adapter, apart from the ones that dbt registers for its commands."""
    from dbt.adapters import factory
    from dbt.mp_context import get_mp_context

    adapters: Any = factory
    adapters.load_plugin(target.type)
    return adapters.get_adapter_class_by_name(target.type)(target.config, get_mp_context())
