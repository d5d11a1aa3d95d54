"""`dbt_ask.yml` beside `dbt_project.yml`, overridden by DBT_ASK_* variables; unknown keys are refused.

An environment variable names a key by its path, `__` between the parts: DBT_ASK_LLM__BASE_URL.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from plugin.errors import SettingsError

FILE_NAME = "dbt_ask.yml"
ENV_PREFIX = "DBT_ASK_"
_ENV_OF_OTHERS = frozenset({"DBT_ASK_MODEL_PATH", "DBT_ASK_CACHE_DIR", "DBT_ASK_SPIDER"})
_ENV_OF_OTHERS_PREFIX = "DBT_ASK_PG_"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CatalogSettings(_Section):
    source: Literal["dbt", "openmetadata", "both", "datahub", "dbt+datahub"] = Field(
        "dbt",
        description=(
            "Where table metadata comes from: `dbt`, `openmetadata` or `datahub`; `both` (dbt and OpenMetadata) or "
            "`dbt+datahub` as one record."
        ),
    )
    tiers: tuple[str, ...] = Field(
        ("Tier.Tier1",),
        description=(
            "Only tables of these tiers are indexed. If no table of a dbt project has a tier, all models "
            "are taken; with OpenMetadata none is."
        ),
    )
    certifications: tuple[str, ...] = Field(
        (), description="Tables with one of these certifications (`Certification.Gold`) need no tier."
    )
    domains: tuple[str, ...] = Field(
        (), description="Only tables of these domains and their sub-domains; empty means all."
    )
    exclude: tuple[str, ...] = Field(
        (), description="Tables whose name fits one of these patterns (`stg_*`, `finance.*`) stay out."
    )
    precedence: dict[str, str] = Field(
        {},
        description=(
            "Field -> the source that wins where both say something. Default: `description`, "
            "`primary_key`, `values`: `dbt`; `tier`, `owner`, `domain`: `openmetadata`."
        ),
    )
    max_gone_percent: float = Field(
        20.0,
        ge=0,
        le=100,
        description="A sync after which more of the known tables (and more than ten) would be gone changes nothing.",
    )
    max_values: int = Field(300, ge=1, le=1000, description="A column with more distinct values has no value list.")
    values_seconds: float = Field(
        60.0, gt=0, description="Time budget of one sync for asking distinct values, in seconds."
    )


class OpenMetadataSettings(_Section):
    server: dict[str, Any] = Field(
        {},
        description=(
            "OpenMetadata's own `openMetadataServerConfig` block: `hostPort`, `securityConfig`, "
            "`verifySSL`, `sslConfig`, `extraHeaders`."
        ),
    )
    token_env: str = Field(
        "OPENMETADATA_JWT_TOKEN",
        description="Environment variable that holds the bot's token, where the block has none.",
    )
    services: tuple[str, ...] = Field(
        (),
        description="Database services that hold the warehouse's tables; needed where the same table is in several.",
    )
    databases: dict[str, str] = Field(
        {}, description="OpenMetadata's name of a database -> the warehouse's, empty for none."
    )
    details: tuple[Literal["profiles", "samples", "lineage", "queries"], ...] = Field(
        ("profiles", "lineage", "queries"),
        description=(
            "What is asked for each table that is indexed, one request each: `profiles`, `samples`, "
            "`lineage`, `queries`."
        ),
    )
    bots: tuple[str, ...] = Field((), description="Users there whose changes start no sync: the bot that writes back.")
    webhook_secret_env: str = Field(
        "OPENMETADATA_WEBHOOK_SECRET", description="Environment variable with the secret key of the webhook."
    )


class DataHubSettings(_Section):
    server: str = Field("", description="Address of DataHub's metadata service, https://host:8080.")
    token_env: str = Field("DATAHUB_GMS_TOKEN", description="Environment variable that holds the access token.")
    ca: str = Field("", description="File with the certificate authority that signed the server's certificate.")
    platforms: tuple[str, ...] = Field((), description="Platforms that hold the warehouse's tables.")
    environment: str = Field("PROD", description="Environment of the datasets (their fabric); empty means all.")
    databases: dict[str, str] = Field({}, description="DataHub's database -> the warehouse's, empty for none.")


class WarehouseSettings(_Section):
    allow_unlocked: bool = Field(
        False,
        description=(
            "Whether an adapter may be read that dbt-ask can't lock (any but DuckDB files and PostgreSQL). Only for a "
            "profile whose user may do nothing but read."
        ),
    )
    reader_role: str = Field("", description="PostgreSQL: the role to read as; empty means the profile's user.")


class IndexSettings(_Section):
    url: str = Field("", description="Qdrant server or cluster; empty means the embedded engine in `.dbt_ask/index`.")
    api_key_env: str = Field("QDRANT_API_KEY", description="Environment variable that holds the server's API key.")
    prefix: str = Field("dbt_ask", description="Prefix of the collection names on a server.")
    shards: int = Field(0, ge=0, description="Shards of a new collection in a cluster; 0 leaves it to the server.")
    replicas: int = Field(0, ge=0, description="Copies of each shard in a cluster; 0 leaves it to the server.")


class EmbedderSettings(_Section):
    kind: Literal["multilingual", "sentence-transformers"] = Field(
        "multilingual",
        description=(
            "`multilingual` (built in, English and Korean among 16 languages) or `sentence-transformers` (an extra)."
        ),
    )
    model: str = Field("", description="Model name or path, for sentence-transformers.")


class LlmSettings(_Section):
    kind: Literal["local", "openai"] = Field(
        "local", description="`local` (the embedded model) or `openai` (any OpenAI-compatible endpoint)."
    )
    model: str = Field("qwen2.5-coder-1.5b", description="Name in the model registry, or the endpoint's model name.")
    base_url: str = Field("", description="Address of the endpoint, for openai.")
    api_key_env: str = Field("OPENAI_API_KEY", description="Environment variable that holds the endpoint's key.")
    timeout_seconds: float = Field(60.0, gt=0, description="An endpoint that is silent for so long has not answered.")
    retries: int = Field(2, ge=0, le=10, description="How often an endpoint that did not answer is asked again.")
    context_tokens: int = Field(8192, ge=1024, description="Prompt and completion together, in tokens.")
    threads: int = Field(0, ge=0, description="Threads of the embedded model; 0 means all cores.")


class GeneratorSettings(_Section):
    preset: str = Field("default", description="Which composition of stages answers.")
    tables: int = Field(4, ge=1, le=30, description="At most so many tables are put into the prompt.")
    prompt_tokens: int = Field(2400, ge=400, description="Budget of one prompt, in tokens.")
    use_views: bool = Field(True, description="Whether question views may be used; false answers from base tables.")
    min_confidence: float = Field(
        0.0, ge=0, le=1, description="Below this confidence (0 to 1) the answer is a question back."
    )


class LimitSettings(_Section):
    seconds: float = Field(30.0, gt=0, description="A query is cancelled after so many seconds.")
    rows: int = Field(1000, ge=1, description="Rows of an answer at most.")
    bytes: int = Field(16 * 1024 * 1024, ge=1024, description="Size of an answer at most, in bytes.")


class ScheduleSettings(_Section):
    jobs: dict[str, str] = Field(
        {},
        description=(
            "Job -> when it runs: `every 10m`, five fields of cron, or `never`. Default: `catalog-sync: "
            "every 15m`, `values-refresh: 0 3 * * *`."
        ),
    )
    timezone: str = Field("UTC", description="Time zone of the cron fields.")
    on_build: tuple[str, ...] = Field(
        ("catalog-sync",),
        description=(
            "Jobs that run when dbt has built, or looked at the freshness of its sources, on the scheduler's machine."
        ),
    )
    tries: int = Field(
        4, ge=1, le=20, description="Tries of a job whose failure may pass; other failures are not tried again."
    )
    backoff_seconds: float = Field(
        5.0, ge=0, description="Before the second try; twice as long before each further one, five minutes at most."
    )
    lease_seconds: float = Field(
        60.0, ge=1, description="A worker that is not heard of for so long has died; another takes its place."
    )


class ViewSettings(_Section):
    folder: str = Field("models/ask_views", description="Where models of approved views are written, in the project.")
    views: int = Field(20, ge=0, description="At most so many recommended views.")
    rows: int = Field(50_000_000, ge=0, description="All recommended views together have at most so many rows.")
    refreshes_a_day: float = Field(1.0, ge=0, description="How often views are refreshed, for what they cost.")
    max_ratio: float = Field(0.3, gt=0, le=1, description="A roll-up has at most this part of its fact's rows.")
    room: float = Field(1.0, ge=1, description="So many times its rows a view may have for what nobody has asked yet.")
    min_executions: int = Field(3, ge=1, description="A query that was asked less often gets no view.")
    min_speedup: float = Field(
        2.0,
        ge=0,
        description="A view that is not so many times faster in its trial is dropped; 0 drops none for its speed.",
    )
    max_partial: float = Field(
        0.3,
        ge=0,
        le=1,
        description="A refresh makes only the periods anew that differ, up to this share of all; 0: always all.",
    )
    max_shrink: float = Field(0.5, ge=0, le=1, description="A refresh that loses a larger part of the rows is stopped.")
    verify_share: float = Field(
        0.02,
        ge=0,
        le=1,
        description="Share of the answers by views that is compared with base tables; first uses always.",
    )
    ttl_hours: float = Field(
        0.0, ge=0, description="Age at which a view is looked at again; 0: only when its tables change."
    )


class StateSettings(_Section):
    url: str = Field("", description="SQLAlchemy URL of the state database; empty means `.dbt_ask/state.db`.")


class FeedbackSettings(_Section):
    self_approval: bool = Field(False, description="Whether one may approve one's own SQL; it is then recorded.")
    gate: bool = Field(
        True, description="Publishing asks the held-out questions first, and is refused if they get worse."
    )
    benchmark_share: float = Field(
        0.2,
        ge=0,
        le=1,
        description="Share (0 to 1) of question clusters that is held out to measure with, never shown to the model.",
    )
    daily_limit: int = Field(50, ge=1, description="Examples that one person may propose in 24 hours.")


class WebSettings(_Section):
    host: str = Field("127.0.0.1", description="Address that `dbt-ask serve` listens at.")
    port: int = Field(8765, ge=0, le=65535, description="Port that `dbt-ask serve` listens at; 0 takes a free one.")
    url: str = Field(
        "",
        description=(
            "Address that people type, `https://...` behind a proxy; empty means host and port. Needed "
            "where `web.host` is not this machine's own."
        ),
    )
    session_hours: float = Field(12.0, gt=0, le=720, description="A sign-in ends after so many hours.")
    asks_per_minute: int = Field(30, ge=1, description="Questions and queries of one person at most, per minute.")
    queue: int = Field(50, ge=1, description="Questions that may wait for the model; more are refused.")
    queue_of_one: int = Field(
        5, ge=1, description="Of these, questions of one person; people take turns, whoever has more waiting."
    )
    leave_seconds: float = Field(
        30.0,
        ge=0,
        description=(
            "A question whose asker has left its page for so long is cancelled, so that the next one is answered; "
            "0: never."
        ),
    )
    metrics_token_env: str = Field(
        "METRICS_TOKEN", description="Environment variable with the token that /-/metrics asks for."
    )


class BudgetSettings(_Section):
    """A day is one of UTC; 0 means no limit. A query is a question or SQL of one's own."""

    queries: int = Field(0, ge=0, description="Questions and queries of one person a day.")
    bytes: int = Field(0, ge=0, description="Size of one person's results a day, in bytes.")
    tokens: int = Field(0, ge=0, description="Tokens of the language model for one person a day.")
    all_queries: int = Field(0, ge=0, description="Questions and queries of everybody together a day.")
    all_bytes: int = Field(0, ge=0, description="Size of everybody's results a day, in bytes.")
    all_tokens: int = Field(0, ge=0, description="Tokens of the language model for everybody a day.")


class RetentionSettings(_Section):
    asks_days: int = Field(365, ge=0, description="Questions without feedback are kept so long; 0: for ever.")
    runs_days: int = Field(90, ge=0, description="The history of jobs is kept so long; 0: for ever.")
    logs_days: int = Field(30, ge=0, description="Old log files are kept so long; 0: for ever.")


class LogSettings(_Section):
    to: Literal["file", "stderr"] = Field("file", description="Where `serve` and `schedule run` write their log.")
    format: Literal["text", "json"] = Field("text", description="Lines of text, or one JSON object a line.")
    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="What is less important than this is not written."
    )


class OidcSettings(_Section):
    issuer: str = Field(
        "",
        description=(
            "OpenID provider where people sign in, exactly as it names itself; empty means local accounts alone."
        ),
    )
    client_id: str = Field(
        "",
        description=(
            "What this installation is called there. Its redirect address is `web.url` + `/sign-in/oidc/back`."
        ),
    )
    client_secret_env: str = Field(
        "OIDC_CLIENT_SECRET",
        description="Environment variable that holds the client's secret; without one it is a public client.",
    )
    title: str = Field("", description="What the button says; empty means the provider's host.")
    scopes: tuple[str, ...] = Field(("openid", "profile", "email"), description="What is asked of the provider.")
    login_claim: str = Field("preferred_username", description="The claim that becomes the login at the first sign-in.")
    name_claim: str = Field("name", description="The claim that becomes the name that is shown.")
    roles_claim: str = Field("groups", description="The claim that gives roles.")
    roles: dict[str, str] = Field(
        {},
        description=(
            "Value of that claim -> role (`asker`, `reviewer`, `publisher`, `owner`, `admin`) or `role@Domain`, "
            "anew at each sign-in; empty leaves roles to the admins."
        ),
    )
    default_role: Literal["", "asker", "reviewer", "publisher", "owner"] = Field(
        "", description="Role of people to whom no value gives one; empty refuses them."
    )


class Settings(_Section):
    catalog: CatalogSettings = CatalogSettings()
    openmetadata: OpenMetadataSettings = OpenMetadataSettings()
    datahub: DataHubSettings = DataHubSettings()
    warehouse: WarehouseSettings = WarehouseSettings()
    index: IndexSettings = IndexSettings()
    embedder: EmbedderSettings = EmbedderSettings()
    llm: LlmSettings = LlmSettings()
    generator: GeneratorSettings = GeneratorSettings()
    limits: LimitSettings = LimitSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    views: ViewSettings = ViewSettings()
    state: StateSettings = StateSettings()
    feedback: FeedbackSettings = FeedbackSettings()
    web: WebSettings = WebSettings()
    logs: LogSettings = LogSettings()
    budget: BudgetSettings = BudgetSettings()
    retention: RetentionSettings = RetentionSettings()
    oidc: OidcSettings = OidcSettings()


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
