from __future__ import annotations

import pytest

from feedback.evaluation.metrics import Mode
from feedback.evaluation.metrics.clauses import Clauses, Names, clauses
from feedback.evaluation.metrics.exact import components, exact_match, f1_by_component
from feedback.evaluation.metrics.hardness import hardness
from tests.support.catalogs import shop

NAMES = Names.of(shop())


def read(sql: str, mode: Mode) -> Clauses:
    return clauses(sql, NAMES, mode)


def matches(gold: str, predicted: str, mode: Mode) -> bool:
    return exact_match(read(gold, mode), read(predicted, mode), mode)


JOINED = "select s.store_name from stores s join orders o on s.store_id = o.store_id"


@pytest.mark.parametrize(
    ("gold", "predicted", "reference", "strict"),
    [
        ("select a, b from t", "SELECT x.b, x.a FROM t AS x", True, True),
        ("select a from t where a = 1", "select a from t where a = 2", True, True),
        ("select a from t where a = 1 and b > 2", "select a from t where b > 1 and a = 5", True, True),
        ("select a from t where a = 1 and b > 2", "select a from t where a = 1 or b > 2", False, False),
        ("select a from t where a = 1", "select a from t where a > 1", False, False),
        ("select a from t where a not in (1)", "select a from t where a in (1)", False, False),
        ("select distinct a from t", "select a from t", True, False),
        ("select count(distinct a) from t", "select count(a) from t", True, False),
        ("select max(a) from t", "select min(a) from t", False, False),
        ("select a from t limit 1", "select a from t limit 2", True, True),
        ("select a from t order by b limit 1", "select a from t order by b limit 2", True, False),
        ("select a from t order by b limit 1", "select a from t order by b", False, False),
        ("select a from t order by b", "select a from t order by b desc", False, False),
        ("select a from t order by b asc", "select a from t order by b", True, True),
        ("select a from t order by a desc, b", "select a from t order by a desc, b desc", True, False),
        ("select a from t union select b from u", "select a from t union select c from u", False, False),
        ("select a from t union select b from u", "select a from t intersect select b from u", False, False),
        ("select a from t where a in (select b from u where b = 1)",
         "select a from t where a in (select b from u where b = 3)", True, True),
        ("select a from t where a in (select b from u)", "select a from t where a in (select c from u)", False, False),
        ("select a from t group by b having max(c) > 1", "select a from t group by b having max(c) > 7", True, True),
        ("select a from t group by b having count(*) > 1", "select a from t group by b", False, False),
        # Keys that reference each other are one column, whichever table they are read from.
        ("select count(*) from orders group by store_id",
         "select count(*) from orders o group by o.store_id", True, True),
        (JOINED + " group by s.store_id", JOINED + " group by o.store_id", True, True),
        (JOINED, "select s.store_name from stores s join orders o on o.store_id = s.store_id", True, True),
        (JOINED, "select s.store_name from stores s join orders o on o.order_id = s.store_id", True, False),
        (JOINED, "select store_name from stores", False, False),
        ("with x as (select a from t) select a from x", "with y as (select a from t) select a from y", True, True),
        ("select a from t", "this is no sql (", False, False),
    ],
)  # fmt: skip
def test_exact_match(gold: str, predicted: str, reference: bool, strict: bool) -> None:
    assert matches(gold, gold, "reference")
    assert matches(gold, gold, "strict")
    assert matches(gold, predicted, "reference") is reference
    assert matches(gold, predicted, "strict") is strict


def test_components_are_all_or_nothing() -> None:
    gold = read("select a, b from t where a = 1 and b = 2", "strict")
    scores = components(gold, read("select a from t where a = 1 and b = 2", "strict"))
    assert {name for name, score in scores.items() if not score.value and score.gold} == {"select", "select(no AGG)"}


def test_f1_of_components() -> None:
    gold, other = "select a from t where b = 1", "select a from t"
    rows = {mode: [components(read(gold, mode), read(given, mode), mode) for given in (gold, other)] for mode in MODES}
    strict, reference = (f1_by_component(rows[mode], mode) for mode in MODES)
    # One of two golds has its WHERE found; the one prediction that has a WHERE has it right.
    assert strict["where"] == reference["where"] == pytest.approx(2 / 3)
    assert strict["select"] == 1.0
    assert (strict["IUEN"], reference["IUEN"]) == (None, 1.0)


MODES: tuple[Mode, Mode] = ("strict", "reference")


@pytest.mark.parametrize(
    ("sql", "reference", "strict"),
    [
        ("select count(*) from t", "easy", "easy"),
        ("select a from t where b = 1", "easy", "easy"),
        ("select a, b from t where b = 1", "medium", "medium"),
        ("select a from t where b = 1 order by a", "medium", "medium"),
        ("select a, max(b), min(c) from t where d = 1 and e = 2 group by a", "hard", "hard"),
        ("select a from t join u on t.i = u.i where b = 1 group by a", "hard", "hard"),
        ("select a from t where b in (select b from u)", "hard", "hard"),
        ("select a from t except select a from u", "hard", "hard"),
        ("select a, b from t except select a, b from u", "extra", "extra"),
        (
            "select a from t join u on t.i = u.i where b like 'x' or c = 1 group by a order by a",
            "extra",
            "extra",
        ),
        # A negation counts as an aggregate in the published evaluator.
        ("select count(*) from t where not a = 1 and b = 2", "medium", "medium"),
        ("select count(*) from t where a not like 'x' group by b", "hard", "hard"),
        ("select count(*), max(a) from t where b not in (1) and c = 1 and d = 1 group by e", "hard", "hard"),
    ],
)
def test_hardness(sql: str, reference: str, strict: str) -> None:
    assert hardness(read(sql, "reference"), "reference") == reference
    assert hardness(read(sql, "strict"), "strict") == strict
