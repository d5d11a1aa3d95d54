"""Sections on what questions are answered from, and how."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from plugin.settings.section import Section


class CatalogSettings(Section):
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
            "are taken but the staging ones (stg_, base_, int_) that others are built on; with OpenMetadata none is."
        ),
    )
    write_back: Literal["dbt", "all", "none"] = Field(
        "dbt",
        description=(
            "Where texts that were approved in the web UI are written at once: into the files of the dbt project; also "
            "into OpenMetadata (`all`: as the bot, whose edits its own approvals do not hold); nowhere: "
            "`dbt-ask catalog write --approved` writes them."
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


class OpenMetadataSettings(Section):
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
    details: tuple[Literal["context", "profiles", "samples", "lineage", "queries"], ...] = Field(
        ("context", "profiles", "lineage", "queries"),
        description=(
            "What is asked for each table that is indexed, one request each: `context` (since 2.x; it stands for "
            "`profiles` and `lineage`), `profiles`, `samples`, `lineage`, `queries`."
        ),
    )
    write: Literal["propose", "fill"] = Field(
        "propose",
        description=(
            "What becomes of an approved description: a task (before 2.0: a suggestion) for the table's owner, or it "
            "fills the empty place at once. Over somebody's text goes neither."
        ),
    )
    bots: tuple[str, ...] = Field((), description="Users there whose changes start no sync: the bot that writes back.")
    webhook_secret_env: str = Field(
        "OPENMETADATA_WEBHOOK_SECRET", description="Environment variable with the secret key of the webhook."
    )


class DataHubSettings(Section):
    server: str = Field("", description="Address of DataHub's metadata service, https://host:8080.")
    token_env: str = Field("DATAHUB_GMS_TOKEN", description="Environment variable that holds the access token.")
    ca: str = Field("", description="File with the certificate authority that signed the server's certificate.")
    platforms: tuple[str, ...] = Field((), description="Platforms that hold the warehouse's tables.")
    environment: str = Field("PROD", description="Environment of the datasets (their fabric); empty means all.")
    databases: dict[str, str] = Field({}, description="DataHub's database -> the warehouse's, empty for none.")


class WarehouseSettings(Section):
    allow_unlocked: bool = Field(
        False,
        description=(
            "Whether an adapter may be read that dbt-ask can't lock (any but DuckDB files and PostgreSQL). Only for a "
            "profile whose user may do nothing but read."
        ),
    )
    reader_role: str = Field("", description="PostgreSQL: the role to read as; empty means the profile's user.")


class IndexSettings(Section):
    url: str = Field("", description="Qdrant server or cluster; empty means the embedded engine in `.dbt_ask/index`.")
    api_key_env: str = Field("QDRANT_API_KEY", description="Environment variable that holds the server's API key.")
    prefix: str = Field("dbt_ask", description="Prefix of the collection names on a server.")
    shards: int = Field(0, ge=0, description="Shards of a new collection in a cluster; 0 leaves it to the server.")
    replicas: int = Field(0, ge=0, description="Copies of each shard in a cluster; 0 leaves it to the server.")


class EmbedderSettings(Section):
    kind: Literal["multilingual", "sentence-transformers"] = Field(
        "multilingual",
        description=(
            "`multilingual` (built in, English and Korean among 16 languages) or `sentence-transformers` (an extra)."
        ),
    )
    model: str = Field("", description="Model name or path, for sentence-transformers.")


class LlmSettings(Section):
    kind: Literal["local", "openai"] = Field(
        "local", description="`local` (the embedded model) or `openai` (any OpenAI-compatible endpoint)."
    )
    model: str = Field("qwen2.5-coder-1.5b", description="Name in the model registry, or the endpoint's model name.")
    base_url: str = Field("", description="Address of the endpoint, for openai.")
    api_key_env: str = Field("OPENAI_API_KEY", description="Environment variable that holds the endpoint's key.")
    timeout_seconds: float = Field(60.0, gt=0, description="An endpoint that is silent for so long has not answered.")
    retries: int = Field(2, ge=0, le=10, description="How often an endpoint that did not answer is asked again.")
    at_once: int = Field(
        4,
        ge=1,
        le=64,
        description="Questions that one `serve` answers at once, for openai; the embedded model takes one at a time.",
    )
    context_tokens: int = Field(8192, ge=1024, description="Prompt and completion together, in tokens.")
    threads: int = Field(0, ge=0, description="Threads of the embedded model; 0 means all cores.")
    fallback_model: str = Field(
        "", description="Model that answers while the first does not, for openai; empty means none."
    )
    fallback_base_url: str = Field("", description="Address of its endpoint; empty means that it is an embedded model.")
    fallback_api_key_env: str = Field(
        "OPENAI_API_KEY", description="Environment variable that holds the key of its endpoint."
    )

    @property
    def turns(self) -> int:
        """How many questions one process answers at once. An embedded model is one, and stops for all."""
        endpoints = self.kind == "openai" and bool(self.fallback_base_url or not self.fallback_model)
        return self.at_once if endpoints else 1


class GeneratorSettings(Section):
    preset: str = Field("default", description="Which composition of stages answers.")
    tables: int = Field(4, ge=1, le=30, description="At most so many tables are put into the prompt.")
    prompt_tokens: int = Field(2400, ge=400, description="Budget of one prompt, in tokens.")
    use_views: bool = Field(True, description="Whether question views may be used; false answers from base tables.")
    lookup_seconds: float = Field(
        4.0, ge=0, description="Seconds a question for looking up names that no value list has; 0: never."
    )
    min_confidence: float = Field(
        0.0, ge=0, le=1, description="Below this confidence (0 to 1) the answer is a question back."
    )


class LimitSettings(Section):
    seconds: float = Field(30.0, gt=0, description="A query is cancelled after so many seconds.")
    rows: int = Field(1000, ge=1, description="Rows of an answer at most.")
    bytes: int = Field(16 * 1024 * 1024, ge=1024, description="Size of an answer at most, in bytes.")
    scanned_bytes: int = Field(
        0,
        ge=0,
        description="A query is refused if the warehouse expects to read more bytes for it (BigQuery, Snowflake, "
        "Databricks, Spark); 0: no bound.",
    )
    cost: float = Field(
        0,
        ge=0,
        description="A query is refused if the planner expects it to cost more, in its own unit (PostgreSQL, "
        "Redshift); 0: no bound.",
    )
