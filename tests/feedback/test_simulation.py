"""The learning curve with a scripted model that can only copy: it is right where a right example is shown to it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from backends.embedder.base import Embedder
from backends.llm.base import Message, Sampling
from backends.llm.scripted import ScriptedLLM
from backends.vectors import QdrantEdgeIndex
from backends.warehouse import open_sqlite
from benchmarks import learning
from catalog_sync.documents import documents
from catalog_sync.index import FILTERED, plan, publish, stamp_of
from catalog_sync.scope import scope
from feedback.evaluation.suite import Item
from feedback.simulation import ASKER, POISONER, Learning, Played, curve
from plugin.generator.presets import Options, build
from plugin.generator.stage import Services
from tests.feedback.conftest import Shop
from tests.support.catalogs import shop_on_sqlite

WRONG = " 99 from stores limit 1\n```"
ITEMS = [
    Item(f"{table}{n}", f"How many {table} above {n}?", frozenset({"answer"}), f"select count(*) + {n} from {table}")
    for table in ("orders", "stores", "regions", "monthly_sales")
    for n in range(100, 110)
]


def copying(messages: Sequence[Message], _sampling: Sampling) -> str:
    """Takes the SQL of a question shown that differs in its number alone."""
    said = next(m.content for m in messages if m.role == "user")
    *shots, asked = re.findall(r"Question: (.+?)\n*(?:```sql\n(.*?)```|$)", said, re.DOTALL)
    number = re.findall(r"\d+", asked[0])[0]
    for question, sql in shots:
        if re.sub(r"\d+", "", question) == re.sub(r"\d+", "", asked[0]):
            return re.sub(r"(?<=\+ )\d+", number, sql.strip().removeprefix("select")) + "\n```"
    return WRONG


@pytest.fixture
def services(tmp_path: Path, embedder: Embedder):  # type: ignore[no-untyped-def]
    catalog, file = shop_on_sqlite(tmp_path)
    warehouse, index = open_sqlite(file), QdrantEdgeIndex(tmp_path / "index", filtered=FILTERED)
    publish(plan(documents(catalog), index, stamp_of(embedder)), index, embedder)
    yield Services(catalog, warehouse.restricted(scope(catalog)), ScriptedLLM(copying), embedder, index)
    index.close()
    warehouse.close()


def test_corrections_help_and_poison_does_not_get_far(services: Services) -> None:
    pipeline = learning.with_shots(build("plain", Options()), 3)
    (found,) = learning.measure(ITEMS, services, pipeline, seeds=[2], poison=0.5, show=False)
    without, taught, poisoned = (curves[0] for curves in found.values())
    assert (without.parts, without.published) == ((0.0,) * 4, 0)
    assert taught.parts[0] < taught.parts[3] == 1.0
    assert taught.misses_last_half < without.misses_last_half / 2
    assert (taught.poisoned, poisoned.poisoned > 0) == (0, True)
    assert poisoned.parts[3] > 0.5
    assert poisoned.poisoned_published <= poisoned.poisoned
    shown = learning.table(found).splitlines()
    assert "50% poisoned" in shown[3]
    assert "20/20 (" in shown[1]


def test_the_index_and_the_state_of_the_project_are_not_touched(services: Services) -> None:
    before = dict(services.index.scroll("tables"))
    pipeline = learning.with_shots(build("plain", Options()), 3)
    learning.run(ITEMS[:6], services, pipeline, learn=True, poison=0.0, seed=0)
    assert dict(services.index.scroll("tables")) == before
    assert services.index.count("examples") == 0


def test_a_preset_that_shows_examples_is_left_as_it_is() -> None:
    once = build("default", Options())
    assert learning.with_shots(once, 3) is once


def test_a_preset_without_examples_gets_them_before_the_prompt() -> None:
    once = learning.with_shots(build("plain", Options()), 3)
    names = [stage.name for stage in once.stages]  # type: ignore[attr-defined]
    assert names.index("retrieve.examples") == names.index("compose.ddl") - 1


def test_equal_prompts_are_asked_once() -> None:
    inner = ScriptedLLM(["one", "two"])
    llm = learning.Remembering(inner)
    asked = [llm.chat([Message("user", text)]).completions[0].text for text in ("a", "b", "a")]
    assert (asked, len(inner.calls)) == (["one", "two", "one"], 2)


def test_a_curve_of_unequal_parts() -> None:
    played = [Played(str(n), n > 4, "" if n > 4 else "published", n == 0) for n in range(9)]
    made = curve(played, 2)
    assert (made.parts, made.misses_last_half, made.published, made.poisoned_published) == ((0.0, 0.8), 1, 5, 1)


@pytest.mark.parametrize("care", [1.0, 0.0])
def test_a_conflict_makes_the_reviewer_look(shop: Shop, care: float) -> None:
    learner = Learning(shop.intake(), shop.loop.desk, shop.shelf, care=care)
    good, bad = "select count(*) from orders", "select count(*) + 100 from orders"
    assert learner.correct("How many orders are there?", bad, POISONER) == "published"
    assert learner.correct("How many orders were there?", good, ASKER) == ("published" if care else "left")
    assert [sql for _, sql in shop.shelved().values()] == [good if care else bad]
    again = learner.correct("How many orders are there in all?", "select count(*) + 7 from orders", POISONER)
    assert again == ("rejected" if care else "left")
