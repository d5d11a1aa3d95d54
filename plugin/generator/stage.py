"""The stage contract, and the services that stages may use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

from backends.embedder.base import Embedder
from backends.llm.base import LLM
from backends.vectors.base import VectorIndex
from backends.warehouse.base import Limits, Warehouse
from catalog_sync.model import Catalog
from plugin.generator.ask import Ask

if TYPE_CHECKING:
    from materialized_views.routing import Router

Kind = Literal[
    "understand",
    "route",
    "retrieve",
    "link",
    "compose",
    "generate",
    "check",
    "choose",
    "deliver",
    "combinator",
]
Need = Literal[
    "llm", "models", "grammar", "logprobs", "samples", "embeddings", "index", "execution", "examples", "human"
]


@dataclass(frozen=True)
class Services:
    """What a stage may reach. `warehouse` is already restricted to the catalogue's scope. `views` says which view may
    answer; None where there is none, or none is wanted.

    `others` are further models, for presets in which several vote. `confirm` shows a person what stands and gives it
    back confirmed or edited; None where nobody can be asked.
    """

    catalog: Catalog
    warehouse: Warehouse
    llm: LLM
    embedder: Embedder
    index: VectorIndex
    limits: Limits = Limits()
    emit: Callable[[str, Any], None] = field(default=lambda _event, _data: None)
    others: tuple[LLM, ...] = ()
    confirm: Callable[[Ask], Ask] | None = None
    views: Router | None = None

    @property
    def dialect(self) -> str:
        return self.warehouse.dialect


class Stage(Protocol):
    """Ask in, Ask out; what it needs is declared, so that a preset can be checked before it runs.

    Errors of the outside (AskError) that the stage can't answer pass through.
    """

    @property
    def name(self) -> str:
        """kind.variant, as receipts and ablations call it."""

    @property
    def kind(self) -> Kind: ...

    @property
    def needs(self) -> frozenset[Need]: ...

    def __call__(self, ask: Ask, services: Services) -> Ask: ...
