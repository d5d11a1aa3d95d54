"""The only place where parts are put together: settings in, working objects out, each made when first asked for."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any

from backends.errors import IndexMissing
from backends.warehouse.base import Limits
from plugin import settings as settings_file
from plugin.project import Project

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from backends.embedder.base import Embedder
    from backends.llm.base import LLM
    from backends.vectors.base import VectorIndex
    from backends.warehouse.base import Warehouse
    from catalog_sync.edits import Edit
    from catalog_sync.model import Catalog
    from catalog_sync.policy import Policy
    from catalog_sync.source import CatalogSource
    from catalog_sync.sync import Options
    from feedback.asks import AskLog
    from materialized_views.registry import Registry
    from plugin.feedback_loop import FeedbackLoop
    from plugin.generator.stage import Services, Stage
    from plugin.operate.budget import Budget
    from plugin.views_in_use import ViewsInUse

_TURN = 60.0  # seconds


class Workbench:
    """The parts of one project. Use it as a context: what was opened is closed."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.settings = settings_file.load(project.directory)
        self._open = ExitStack()

    def __enter__(self) -> Workbench:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    @cached_property
    def embedder(self) -> Embedder:
        from backends.embedder import CachedEmbedder, MultilingualEmbedder, SentenceTransformerEmbedder

        chosen = self.settings.embedder
        if chosen.kind == "sentence-transformers":
            return CachedEmbedder(SentenceTransformerEmbedder(chosen.model))
        return CachedEmbedder(MultilingualEmbedder())

    @cached_property
    def index(self) -> VectorIndex:
        """Waits for its turn where another process writes."""
        index = self.open_index(wait=_TURN)
        self._open.callback(index.close)
        return index

    @cached_property
    def answering_index(self) -> VectorIndex:
        """For a process that answers one question after the other: read while a sync writes, never waited for."""
        index = self.open_index()
        self._open.callback(index.close)
        return index

    def open_index(self, wait: float = 0.0) -> VectorIndex:
        """The caller's own, to close. `wait`: seconds that the embedded one waits for another process that writes."""
        from backends.vectors import QdrantEdgeIndex, QdrantServerIndex, connect
        from catalog_sync.index import FILTERED

        chosen = self.settings.index
        index: VectorIndex
        if chosen.url:
            client = connect(chosen.url, api_key=os.environ.get(chosen.api_key_env))
            index = QdrantServerIndex(
                client,
                prefix=chosen.prefix,
                filtered=FILTERED,
                shard_number=chosen.shards or None,
                replication_factor=chosen.replicas or None,
            )
        else:
            self.project.make_state()
            index = QdrantEdgeIndex(self.project.index, filtered=FILTERED, wait=wait)
        return index

    @cached_property
    def warehouse(self) -> Warehouse:
        """Not yet restricted to the catalogue."""
        from backends.warehouse import open_dbt

        project, chosen = self.project, self.settings.warehouse
        warehouse = open_dbt(
            project.directory,
            project.profiles_dir,
            project.target,
            project.variables,
            reader_role=chosen.reader_role or None,
            allow_unlocked=chosen.allow_unlocked,
        )
        self._open.callback(warehouse.close)
        return warehouse

    @cached_property
    def policy(self) -> Policy:
        from catalog_sync.policy import Policy

        chosen = self.settings.catalog
        return Policy(
            tiers=chosen.tiers,
            domains=chosen.domains,
            exclude=chosen.exclude,
            certifications=chosen.certifications,
            tiers_required=chosen.source != "dbt",
        )

    @cached_property
    def catalog_source(self) -> CatalogSource:
        """As catalog.source says, with the words that are kept here. Raises CatalogError when it is read."""
        from catalog_sync.curated import CuratedSource
        from plugin.sources import source_of

        source = source_of(self.project, self.settings, self.policy)
        return source if self.settings.catalog.source == "dbt" else CuratedSource(source, self._words_kept_here)

    def _words_kept_here(self) -> list[Edit]:
        from feedback.suggestions import Suggestions, edit_of

        return [edit_of(found) for found in Suggestions(self.state, self.project.name, self.feedback.rules).kept_here()]

    @cached_property
    def sync_options(self) -> Options:
        from catalog_sync.guard import Guard
        from catalog_sync.sync import Options
        from catalog_sync.values import Rules

        chosen = self.settings.catalog
        rules = Rules(limit=chosen.max_values, seconds=chosen.values_seconds)
        return Options(rules=rules, guard=Guard(share=chosen.max_gone_percent / 100))

    @cached_property
    def catalog(self) -> Catalog:
        return self.read_catalog()

    def read_catalog(self) -> Catalog:
        """What the last sync wrote. Raises IndexMissing."""
        from catalog_sync import store

        path = self.project.state / store.CATALOG
        if not store.is_there(path):
            raise IndexMissing("this project was not synced yet", hint="run `dbt-ask sync`")
        return store.load(path)

    @cached_property
    def llm(self) -> LLM:
        llm = open_llm(self.settings.llm)
        self._open.callback(llm.close)
        return llm

    @cached_property
    def asks(self) -> AskLog:
        from feedback.asks import AskLog

        return AskLog(self.state)

    @cached_property
    def views(self) -> Registry:
        from materialized_views.registry import Registry

        return Registry(self.state)

    @cached_property
    def state(self) -> Engine:
        """The state database, migrated."""
        from backends.database import migrate

        engine = self.open_state()
        migrate(engine)
        return engine

    def open_state(self) -> Engine:
        """As it is, not migrated."""
        from backends.database import open_database

        self.project.make_state()
        engine = open_database(self.settings.state.url or f"sqlite:///{self.project.state / 'state.db'}")
        self._open.callback(engine.dispose)
        return engine

    @cached_property
    def budget(self) -> Budget:
        from plugin.operate.budget import Budget

        return Budget(self.state, self.settings.budget)

    @cached_property
    def feedback(self) -> FeedbackLoop:
        from plugin.feedback_loop import FeedbackLoop

        return FeedbackLoop(self)

    @cached_property
    def views_in_use(self) -> ViewsInUse:
        from plugin.views_in_use import ViewsInUse

        return ViewsInUse(self)

    @property
    def limits(self) -> Limits:
        chosen = self.settings.limits
        return Limits(chosen.seconds, chosen.rows, chosen.bytes, chosen.cost, chosen.scanned_bytes)

    def services(
        self,
        emit: Callable[[str, Any], None] = lambda _event, _data: None,
        *,
        catalog: Catalog | None = None,
        index: VectorIndex | None = None,
        whole: Catalog | None = None,
    ) -> Services:
        """Checked: an index that another embedder made is refused here, not searched.

        `catalog` is a part of the catalogue that somebody may see, `whole` all of it, `index` one that the caller has
        opened.
        """
        from catalog_sync.index import stamp_of
        from catalog_sync.scope import scope
        from plugin.generator.stage import Services

        catalog = self.catalog if catalog is None else catalog
        index = self.index if index is None else index
        index.begin(stamp_of(self.embedder))
        restricted = self.warehouse.restricted(scope(catalog))
        views = self.views_in_use.router(whole or catalog)
        return Services(catalog, restricted, self.llm, self.embedder, index, self.limits, emit, views=views)

    def pipeline(self, preset: str | None = None, use_views: bool | None = None) -> Stage:
        from plugin.generator.presets import Options, build

        chosen = self.settings.generator
        options = Options(
            tables=chosen.tables,
            prompt_tokens=chosen.prompt_tokens,
            use_views=chosen.use_views if use_views is None else use_views,
            lookup_seconds=chosen.lookup_seconds,
            min_confidence=chosen.min_confidence,
        )
        return build(preset or chosen.preset, options)


def open_llm(chosen: settings_file.LlmSettings) -> LLM:
    """Raises ModelMissing, SettingsError."""
    if chosen.kind == "local":
        return _local(chosen, chosen.model)
    first = _endpoint(chosen, chosen.base_url, chosen.model, chosen.api_key_env)
    if not chosen.fallback_model:
        return first
    from backends.llm.fallback import FallbackLLM

    if not chosen.fallback_base_url:
        return FallbackLLM(first, _local(chosen, chosen.fallback_model))
    second = _endpoint(chosen, chosen.fallback_base_url, chosen.fallback_model, chosen.fallback_api_key_env)
    return FallbackLLM(first, second)


def _endpoint(chosen: settings_file.LlmSettings, base_url: str, model: str, api_key_env: str) -> LLM:
    from backends.llm.openai import OpenAILLM

    return OpenAILLM(
        base_url,
        model,
        api_key=os.environ.get(api_key_env),
        context_tokens=chosen.context_tokens,
        timeout_seconds=chosen.timeout_seconds,
        retries=chosen.retries,
    )


def _local(chosen: settings_file.LlmSettings, model: str) -> LLM:
    from backends.llm import models
    from backends.llm.local import LocalLLM

    return LocalLLM(models.path(model), context_tokens=chosen.context_tokens, threads=chosen.threads or None)
