"""Sections on what runs beside the answers: jobs, views, feedback, the web, limits on people."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from plugin.settings.section import Section


class ScheduleSettings(Section):
    jobs: dict[str, str] = Field(
        {},
        description=(
            "Job -> when it runs: `every 10m`, five fields of cron, or `never`. Default: `catalog-sync: "
            "every 15m`, `values-refresh: 0 3 * * *`, `view-checks: every 5m`, `retention: 0 4 * * *`, "
            "`examples-check: 0 5 * * *`; the others never."
        ),
    )
    logs: tuple[str, ...] = Field(
        (),
        description=(
            "Files that `log-harvest` reads (`/var/log/warehouse/*.csv`; from the project's folder): logs of queries, "
            "as `dbt-ask views mine` reads them."
        ),
    )
    write_questions: bool = Field(
        False, description="Whether `log-harvest` lets the language model write a question for a query without one."
    )
    language: Literal["en", "ko"] = Field("en", description="Of the questions that it writes.")
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


class ViewSettings(Section):
    folder: str = Field("models/ask_views", description="Where models of approved views are written, in the project.")
    views: int = Field(20, ge=0, description="At most so many recommended views.")
    rows: int = Field(50_000_000, ge=0, description="All recommended views together have at most so many rows.")
    refreshes_a_day: float = Field(1.0, ge=0, description="How often views are refreshed, for what they cost.")
    max_ratio: float = Field(0.3, gt=0, le=1, description="A roll-up has at most this part of its fact's rows.")
    room: float = Field(
        1.0,
        ge=0,
        description=(
            "So many times its rows a view may have for what nobody has asked yet; up to a hundredth of its fact's "
            "rows are always allowed. 0: it holds what was asked and no more."
        ),
    )
    general: float = Field(
        0.0,
        ge=0,
        le=1,
        description=(
            "Such a share of its fact's rows a view may have that stands beside the others for what nobody has asked "
            "yet; 0: none."
        ),
    )
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


class StateSettings(Section):
    url: str = Field("", description="SQLAlchemy URL of the state database; empty means `.dbt_ask/state.db`.")


class FeedbackSettings(Section):
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


class WebSettings(Section):
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
    asks_per_minute: int = Field(
        30, ge=1, description="Questions, queries and words of feedback of one person at most, each, per minute."
    )
    queue: int = Field(50, ge=1, description="Questions that may wait for the model; more are refused.")
    queue_of_one: int = Field(
        5, ge=1, description="Of these, questions of one person; people take turns, whoever has more waiting."
    )
    leave_seconds: float = Field(
        120.0,
        ge=0,
        description=(
            "A question whose asker has left its page for so long (a phone that is locked leaves it too) is cancelled, "
            "so that the next one is answered; 0: never."
        ),
    )
    metrics_token_env: str = Field(
        "METRICS_TOKEN", description="Environment variable with the token that /-/metrics asks for."
    )


class BudgetSettings(Section):
    """A day is one of UTC; 0 means no limit. A query is a question or SQL of one's own."""

    queries: int = Field(0, ge=0, description="Questions and queries of one person a day.")
    bytes: int = Field(0, ge=0, description="Size of one person's results a day, in bytes.")
    tokens: int = Field(0, ge=0, description="Tokens of the language model for one person a day.")
    all_queries: int = Field(0, ge=0, description="Questions and queries of everybody together a day.")
    all_bytes: int = Field(0, ge=0, description="Size of everybody's results a day, in bytes.")
    all_tokens: int = Field(0, ge=0, description="Tokens of the language model for everybody a day.")


class RetentionSettings(Section):
    asks_days: int = Field(365, ge=0, description="Questions without feedback are kept so long; 0: for ever.")
    runs_days: int = Field(90, ge=0, description="The history of jobs is kept so long; 0: for ever.")
    logs_days: int = Field(30, ge=0, description="Old log files are kept so long; 0: for ever.")


class LogSettings(Section):
    to: Literal["file", "stderr"] = Field("file", description="Where `serve` and `schedule run` write their log.")
    format: Literal["text", "json"] = Field("text", description="Lines of text, or one JSON object a line.")
    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="What is less important than this is not written."
    )


class OidcSettings(Section):
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
