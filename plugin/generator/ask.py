"""What goes through the nine rooms: one immutable `Ask`, to which each stage adds its part.

Understand -> Route -> Retrieve -> Link -> Compose -> Generate -> Check -> Choose -> Deliver
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from backends.llm.base import Message, Usage
from backends.warehouse.base import Rows
from catalog_sync.model import CatalogTable
from plugin.generator.understand.dates import TimePhrase
from plugin.generator.understand.periods import Unit

if TYPE_CHECKING:
    from materialized_views.routing import Routed

Language = Literal["en", "ko"]
Status = Literal["open", "answered", "refused", "clarify", "failed"]


@dataclass(frozen=True)
class Route:
    """A table that may hold the answer. `parts`: rank in each ranking that found it (from 1)."""

    table: CatalogTable
    score: float
    parts: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Mention:
    """A word of the question and the tables that know it. `private`: only columns know it whose values are withheld."""

    word: str
    tables: frozenset[str]
    private: bool = False


@dataclass(frozen=True)
class ValueHit:
    """`phrase` of the question means `value` of a column; `score` in 0..1, 1 is exact."""

    phrase: str
    table: str
    column: str
    value: str
    score: float


@dataclass(frozen=True)
class Shot:
    """A verified question with its SQL, shown to the model."""

    question: str
    sql: str
    score: float


@dataclass(frozen=True)
class TableSlice:
    """A table with the columns that are shown to the model, best first in the table's own order."""

    table: CatalogTable
    columns: tuple[str, ...]
    score: float


@dataclass(frozen=True)
class Hint:
    """A fact about the question in the words of the schema: a value, a period, a name."""

    phrase: str
    condition: str


@dataclass(frozen=True)
class Prompt:
    """`begun` is how the answer begins, put into the mouth of a model that continues it."""

    messages: tuple[Message, ...]
    tokens: int
    layout: str
    begun: str = ""


@dataclass(frozen=True)
class Candidate:
    """One SQL text on its way: `notes` lists what was repaired, `error` why it can't be used, `explanation` what the
    model says of it. `proof` says where `sql` was sent and why, None where there are no views."""

    sql: str
    origin: str
    logprob: float | None = None
    notes: tuple[str, ...] = ()
    error: str = ""
    refused: str = ""
    rows: Rows | None = None
    raw: str = ""
    explanation: str = ""
    proof: Routed | None = None


@dataclass(frozen=True)
class Verdict:
    """`confidence` in 0..1; `reason` says why a question is refused or asked back, `choices` what to choose from; of an
    answer that is of one workspace alone, that and those that answer differently."""

    status: Status
    confidence: float = 0.0
    candidate: Candidate | None = None
    reason: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """The trace of one stage: seconds, and what it found in a form that can be written to a receipt."""

    stage: str
    seconds: float
    found: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Ask:
    """`asked`: the question as it was put, where `question` has other words for some of it; `glosses`: these words, and
    what stands for them. `substituted`: what of the preset could not be had here, and what stood in for it. `schemas`:
    sets of tables that may be the ones, best first. `cells`: (table, column) -> cells that are shown of it. `links`:
    phrases with the columns, joins and values that a model linked them to. `grade` is how hard the question is by the
    words of who graded it, `subquestions` what it was taken apart into. `probe` is a throw-away statement, written to
    find tables or examples by."""

    question: str
    asked: str = ""
    glosses: tuple[tuple[str, str], ...] = ()
    language: Language = "en"
    periods: tuple[TimePhrase, ...] = ()
    groupings: tuple[tuple[str, Unit], ...] = ()
    routes: tuple[Route, ...] = ()
    dropped: tuple[str, ...] = ()
    values: tuple[ValueHit, ...] = ()
    mentions: tuple[Mention, ...] = ()
    shots: tuple[Shot, ...] = ()
    slices: tuple[TableSlice, ...] = ()
    hints: tuple[Hint, ...] = ()
    prompts: tuple[Prompt, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    unread: tuple[str, ...] = ()
    substituted: tuple[str, ...] = ()
    workspaces: tuple[str, ...] = ()
    schemas: tuple[tuple[str, ...], ...] = ()
    cells: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    links: tuple[str, ...] = ()
    grade: str = ""
    subquestions: tuple[str, ...] = ()
    probe: str = ""
    verdict: Verdict | None = None
    sentence: str = ""
    usage: Usage = Usage()
    steps: tuple[Step, ...] = ()

    def add(self, **changes: Any) -> Ask:
        """A copy with these fields set."""
        return replace(self, **changes)

    @property
    def settled(self) -> bool:
        """A verdict stands: the stages before Deliver have nothing left to do."""
        return self.verdict is not None
