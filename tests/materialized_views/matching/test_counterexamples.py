"""P1 to P45: ways in which a view gives a silently wrong number. Each is refused, or rewritten without the error."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from catalog_sync.model import Catalog, CatalogTable, QuestionView
from materialized_views.matching import Refusal, Rewrite, Standing, Views, definition_of
from tests.materialized_views.matching.conftest import Warehouse, answer, views_of
from tests.materialized_views.matching.differential import same_bag
from tests.materialized_views.tables import base_tables, table

BY_G = ("g varchar, n bigint, s hugeint, cx bigint", "SELECT g, COUNT(*) n, SUM(x) s, COUNT(x) cx FROM f GROUP BY g")
ROWS = ("g varchar, n bigint, s hugeint", "SELECT g, COUNT(*) n, SUM(x) s FROM f GROUP BY g")
MONTHLY = (
    "m date, g varchar, n bigint, s hugeint",
    "SELECT CAST(DATE_TRUNC('month', d) AS DATE) AS m, g, COUNT(*) AS n, SUM(x) AS s FROM f GROUP BY 1, 2",
)
MONTHLY_TS = (
    "m date, n bigint",
    "SELECT CAST(DATE_TRUNC('month', ts) AS DATE) AS m, COUNT(*) AS n FROM f GROUP BY 1",
)
DISTINCT = (
    "m date, k2 integer, c bigint",
    "SELECT CAST(DATE_TRUNC('month', d) AS DATE) AS m, k2, COUNT(DISTINCT x) AS c FROM f GROUP BY 1, 2",
)

REFUSED = [
    ("P1", ROWS, "SELECT g, COUNT(x) FROM f GROUP BY g", "aggregate"),
    ("P2", ("g varchar, a double", "SELECT g, AVG(x) AS a FROM f GROUP BY g"), "SELECT AVG(x) FROM f", "aggregate"),
    ("P3", ROWS, "SELECT g, AVG(x) FROM f GROUP BY g", "aggregate"),
    ("P5", DISTINCT, "SELECT k2, COUNT(DISTINCT x) FROM f GROUP BY k2", "distinct"),
    (
        "P6",
        DISTINCT,
        "SELECT DATE_TRUNC('month', d), COUNT(DISTINCT x) FROM f WHERE k2 IN (1, 2) GROUP BY 1",
        "distinct",
    ),
    (
        "P7",
        ("w date, n bigint", "SELECT CAST(DATE_TRUNC('week', d) AS DATE) AS w, COUNT(*) AS n FROM f GROUP BY 1"),
        "SELECT DATE_TRUNC('month', d), COUNT(*) FROM f GROUP BY 1",
        "group",
    ),
    (
        "P7 year",
        ("w date, n bigint", "SELECT CAST(DATE_TRUNC('week', d) AS DATE) AS w, COUNT(*) AS n FROM f GROUP BY 1"),
        "SELECT EXTRACT(year FROM d), COUNT(*) FROM f GROUP BY 1",
        "group",
    ),
    ("P8", MONTHLY, "SELECT COUNT(*) FROM f WHERE d >= DATE '2024-03-02'", "column"),
    ("P9", MONTHLY, "SELECT COUNT(*) FROM f WHERE d <= DATE '2024-05-01'", "column"),
    ("P9 strict", MONTHLY, "SELECT COUNT(*) FROM f WHERE d > DATE '2024-05-01'", "column"),
    ("P10", MONTHLY_TS, "SELECT COUNT(*) FROM f WHERE ts <= '2024-01-31'", "column"),
    ("P10 end", MONTHLY_TS, "SELECT COUNT(*) FROM f WHERE ts <= '2024-02-01'", "column"),
    (
        "P11",
        ("g varchar, n bigint", "SELECT g, COUNT(*) AS n FROM f WHERE d >= '2024-06-01' GROUP BY g"),
        "SELECT COUNT(*) FROM f",
        "view_is_narrower",
    ),
    (
        "P12 view strict",
        ("g varchar, x integer, n bigint", "SELECT g, x, COUNT(*) AS n FROM f WHERE y > 5 GROUP BY g, x"),
        "SELECT g, COUNT(*) FROM f WHERE y >= 5 GROUP BY g",
        "view_is_narrower",
    ),
    (
        "P12 not stored",
        ("g varchar, n bigint", "SELECT g, COUNT(*) AS n FROM f WHERE x >= 5 GROUP BY g"),
        "SELECT g, COUNT(*) FROM f WHERE x > 5 GROUP BY g",
        "column",
    ),
    (
        "P13",
        ("k2 integer, n bigint", "SELECT k2, COUNT(*) AS n FROM f WHERE k2 IN (1, 2, 3) GROUP BY k2"),
        "SELECT COUNT(*) FROM f WHERE k2 IN (1, 2, 4)",
        "view_is_narrower",
    ),
    ("P14", BY_G, "SELECT g, COUNT(*) FROM f WHERE x > 3 GROUP BY g", "column"),
    ("P15", BY_G, "SELECT g, COUNT(*) FROM f WHERE x IS NULL GROUP BY g", "column"),
    (
        "P16",
        ("g varchar, n bigint", "SELECT g, COUNT(*) AS n FROM f JOIN dim ON f.k2 = dim.k GROUP BY g"),
        "SELECT g, COUNT(*) FROM f GROUP BY g",
        "join_may_lose_rows",
    ),
    (
        "P16 untested",
        ("g varchar, n bigint", "SELECT g, COUNT(*) AS n FROM f JOIN dim ON f.k3 = dim.k GROUP BY g"),
        "SELECT g, COUNT(*) FROM f GROUP BY g",
        "join_may_lose_rows",
    ),
    (
        "P18",
        ("v integer, n bigint", "SELECT v, COUNT(*) AS n FROM fp JOIN pair ON fp.a = pair.a GROUP BY v"),
        "SELECT v, COUNT(*) FROM fp GROUP BY v",
        "join_may_lose_rows",
    ),
    (
        "P19",
        ("g varchar, n bigint", "SELECT g, COUNT(*) AS n FROM f JOIN dim ON f.k = dim.k WHERE name = 'a' GROUP BY g"),
        "SELECT g, COUNT(*) FROM f GROUP BY g",
        "join_may_lose_rows",
    ),
    (
        "P20",
        (
            "g varchar, n bigint",
            "SELECT f.g, COUNT(*) AS n FROM f JOIN f AS o ON f.k2 = o.id "
            "JOIN dim ON f.k = dim.k AND o.k = dim.k GROUP BY 1",
        ),
        "SELECT f.g, COUNT(*) FROM f JOIN f AS o ON f.k2 = o.id GROUP BY 1",
        "join_may_lose_rows",
    ),
    (
        "P21",
        ("name varchar, n bigint", "SELECT name, COUNT(*) AS n FROM f JOIN dim ON f.k2 = dim.k GROUP BY name"),
        "SELECT name, COUNT(*) FROM f LEFT JOIN dim ON f.k2 = dim.k GROUP BY name",
        "outer_join",
    ),
    (
        "P22",
        (
            "note varchar, n bigint",
            "SELECT note, COUNT(*) AS n FROM f LEFT JOIN dim ON f.k2 = dim.k AND name = 'a' GROUP BY note",
        ),
        "SELECT note, COUNT(*) FROM f LEFT JOIN dim ON f.k2 = dim.k GROUP BY note",
        "outer_join",
    ),
    ("P23", BY_G, "SELECT g, COUNT(*) FROM f GROUP BY g HAVING MAX(y) > 3", "aggregate"),
    (
        "P28",
        ("g varchar, n bigint", "SELECT g, COUNT(*) AS n FROM f GROUP BY g"),
        "SELECT a.g, COUNT(*) FROM f AS a JOIN f AS b ON a.id = b.k2 GROUP BY 1",
        "tables",
    ),
    ("P29", BY_G, "SELECT x AS g, COUNT(*) FROM f GROUP BY g", "ungrouped"),
    ("P31", BY_G, "SELECT g, COUNT(*) FROM f WHERE d < current_date GROUP BY g", "expression"),
    ("P32", BY_G, "SELECT g, COUNT(*) FROM f WHERE random() < 0.5 GROUP BY g", "expression"),
    ("P35 literal", BY_G, "SELECT COUNT(*) FROM f WHERE g NOT IN ('a', NULL)", "in_list"),
    (
        "P35 not and",
        (
            "g varchar, b boolean, n bigint",
            "SELECT g, b, COUNT(*) AS n FROM f WHERE NOT (b AND g = 'a') GROUP BY 1, 2",
        ),
        "SELECT COUNT(*) FROM f WHERE NOT b AND g <> 'a'",
        "view_is_narrower",
    ),
    (
        "P38",
        ("g varchar, s decimal(18,2)", "SELECT g, CAST(SUM(y * y) AS DECIMAL(18, 2)) AS s FROM f GROUP BY g"),
        "SELECT g, SUM(y * y) FROM f GROUP BY g",
        "aggregate",
    ),
    ("P44", BY_G, "SELECT g, SUM(x * x) FROM f GROUP BY g", "aggregate"),
    ("P45 constant", BY_G, "SELECT 'a', COUNT(*) FROM f GROUP BY 1", "grouping"),
    (
        "float sums",
        ("g varchar, s double", "SELECT g, SUM(z) AS s FROM f GROUP BY g"),
        "SELECT SUM(z) FROM f",
        "aggregate",
    ),
]


@pytest.mark.parametrize(("view", "query", "code"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_refused(view: tuple[str, str], query: str, code: str) -> None:
    assert answer(*view, query) == code


REWRITTEN = [
    ("P1", BY_G, "SELECT COUNT(x) FROM f"),
    ("P3", BY_G, "SELECT AVG(x) FROM f"),
    ("P4 count", BY_G, "SELECT COUNT(*) FROM f WHERE g = 'zzz'"),
    ("P4 sum", BY_G, "SELECT SUM(x) FROM f WHERE g = 'zzz'"),
    ("P4 average", BY_G, "SELECT AVG(x) FROM f WHERE g = 'zzz'"),
    ("P6", DISTINCT, "SELECT DATE_TRUNC('month', d), COUNT(DISTINCT x) FROM f WHERE k2 = 1 GROUP BY 1"),
    ("P6 null", DISTINCT, "SELECT DATE_TRUNC('month', d), COUNT(DISTINCT x) FROM f WHERE k2 IS NULL GROUP BY 1"),
    ("P8", MONTHLY, "SELECT COUNT(*) FROM f WHERE d >= DATE '2024-03-01'"),
    ("P9", MONTHLY, "SELECT COUNT(*) FROM f WHERE d <= DATE '2024-04-30'"),
    ("P10", MONTHLY_TS, "SELECT COUNT(*) FROM f WHERE ts < '2024-02-01'"),
    (
        "P12",
        ("x integer, n bigint", "SELECT x, COUNT(*) AS n FROM f WHERE x >= 1 GROUP BY x"),
        "SELECT COUNT(*) FROM f WHERE x > 1",
    ),
    (
        "P13",
        ("k2 integer, n bigint", "SELECT k2, COUNT(*) AS n FROM f WHERE k2 IN (1, 2, 3) GROUP BY k2"),
        "SELECT COUNT(*) FROM f WHERE k2 IN (1, 2)",
    ),
    ("P23", BY_G, "SELECT g, SUM(x) FROM f GROUP BY g HAVING COUNT(*) > 2 AND AVG(x) > 0"),
    ("P24", MONTHLY, "SELECT g, SUM(x) FROM f GROUP BY g ORDER BY SUM(x) DESC NULLS LAST, g LIMIT 2"),
    ("P25", MONTHLY, "SELECT g FROM f GROUP BY g ORDER BY g NULLS FIRST LIMIT 2"),
    ("P26", MONTHLY, "SELECT DISTINCT g FROM f"),
    ("P26 aggregate", MONTHLY, "SELECT DISTINCT COUNT(*) > 3 FROM f GROUP BY g"),
    ("P27", BY_G, "SELECT g, COUNT(*) AS n FROM f GROUP BY g UNION SELECT g, COUNT(*) AS n FROM f GROUP BY g"),
    ("P27 all", BY_G, "SELECT g, COUNT(*) AS n FROM f GROUP BY g UNION ALL SELECT g, COUNT(*) AS n FROM f GROUP BY g"),
    ("P30", BY_G, 'SELECT "G", COUNT(*) FROM F GROUP BY "g"'),
    ("P33", BY_G, "SELECT g, SUM(x) / COUNT(*) FROM f GROUP BY g"),
    ("P34", BY_G, "SELECT g, COUNT(*) FROM f GROUP BY g"),
    ("P35", BY_G, "SELECT COUNT(*) FROM f WHERE g <> 'a'"),
    ("P43", BY_G, "SELECT COUNT(*) FROM f WHERE g = 'a' AND g = 'b'"),
    ("P45", BY_G, "SELECT g, COUNT(*) FROM f GROUP BY 1 ORDER BY 2, 1 LIMIT 9"),
]


@pytest.mark.parametrize(("view", "query"), [case[1:] for case in REWRITTEN], ids=[case[0] for case in REWRITTEN])
def test_rewritten_without_the_error(view: tuple[str, str], query: str, warehouse: Warehouse) -> None:
    assert warehouse.equal(view, query)


def test_p17_a_key_that_no_test_proves_keeps_no_join() -> None:
    view = ("g varchar, n bigint", "SELECT g, COUNT(*) AS n FROM f JOIN dim ON f.k = dim.k GROUP BY g")
    proved = views_of({"v": view})
    unproved = tuple(
        replace(t, provenance={"primary_key": "dbt:manifest"}) if t.name.name == "dim" else t
        for t in proved.facts.catalog
    )
    again = Views.of(Catalog("t", "duckdb", unproved), {"model.t.v": view[1]})
    query = "SELECT g, COUNT(*) FROM f GROUP BY g"
    assert isinstance(proved.rewrite(query), Rewrite)
    assert isinstance(again.rewrite(query), Refusal)


def test_p18_both_columns_of_a_key_make_a_lossless_join() -> None:
    view = (
        "v integer, n bigint",
        "SELECT v, COUNT(*) AS n FROM fp JOIN pair ON fp.a = pair.a AND fp.c = pair.c GROUP BY v",
    )
    assert "main.v" in answer(*view, "SELECT v, COUNT(*) FROM fp GROUP BY v")


def test_p28_two_uses_of_a_table_are_told_apart(warehouse: Warehouse) -> None:
    view = (
        "an varchar, bn varchar, n bigint",
        "SELECT a.name AS an, b.name AS bn, COUNT(*) AS n FROM f JOIN dim AS a ON f.k = a.k "
        "LEFT JOIN dim AS b ON f.k2 = b.k GROUP BY 1, 2",
    )
    assert warehouse.equal(view, "SELECT q.name, COUNT(*) FROM f LEFT JOIN dim AS q ON f.k2 = q.k GROUP BY 1")
    assert warehouse.equal(view, "SELECT q.name, COUNT(*) FROM f JOIN dim AS q ON f.k = q.k GROUP BY 1")
    assert "bn" in answer(*view, "SELECT q.name, COUNT(*) FROM f LEFT JOIN dim AS q ON f.k2 = q.k GROUP BY 1")


def test_p33_postgres_divides_whole_numbers_as_whole_numbers() -> None:
    view = ("g text, n bigint, s bigint", BY_G[1].replace(", COUNT(x) cx", ""))
    found = answer(*view, "SELECT g, SUM(x) / COUNT(*) FROM f GROUP BY g", "postgres")
    assert found.startswith("SELECT v.g AS g, CAST(SUM(v.s) AS BIGINT) / COALESCE(CAST(SUM(v.n) AS BIGINT), 0)")


def test_p36_texts_of_unknown_collation_are_not_compared() -> None:
    loose = table("people", "id integer!, nick citext", ("id",))
    view = replace(table("v", "nick citext, n bigint"), view=QuestionView(("nick",), {}))
    views = Views.of(
        Catalog("t", "postgres", (loose, view)), {"model.t.v": "SELECT nick, COUNT(*) AS n FROM people GROUP BY nick"}
    )
    refusal = views.rewrite("SELECT COUNT(*) FROM people WHERE nick = 'A'")
    assert isinstance(refusal, Refusal)
    assert refusal.code == "implicit_cast"


def test_p37_float_columns_do_not_stand_for_each_other() -> None:
    tables = (table("t", "id integer!, p double precision, q double precision", ("id",)),)
    view = replace(table("v", "p double precision, n bigint"), view=QuestionView(("p",), {}))
    sql = "SELECT p, COUNT(*) AS n FROM t WHERE p = q GROUP BY p"
    views = Views.of(Catalog("t", "duckdb", (*tables, view)), {"model.t.v": sql})
    assert isinstance(views.rewrite("SELECT p, COUNT(*) FROM t WHERE q = p GROUP BY p"), Rewrite)
    assert isinstance(views.rewrite("SELECT q, COUNT(*) FROM t WHERE q = p GROUP BY q"), Refusal)


QUERY = "SELECT g, COUNT(*) FROM f GROUP BY g"


def standing(**changes: object) -> Views:
    found = replace(
        Standing(definition_of(BY_G[1]), datetime(2024, 5, 1)),
        **changes,  # type: ignore[arg-type]
    )
    plain = views_of({"v": BY_G})
    [view] = plain.usable
    return Views.of(plain.facts.catalog, {"model.t.v": BY_G[1]}, {view.name: found})


def code(found: Rewrite | Refusal) -> str:
    return found.code if isinstance(found, Refusal) else "rewritten"


def test_p39_a_stale_view_is_not_used() -> None:
    views = standing()
    assert code(views.rewrite(QUERY)) == "rewritten"
    assert code(views.rewrite(QUERY, datetime(2024, 5, 1))) == "rewritten"
    assert code(views.rewrite(QUERY, datetime(2024, 5, 2))) == "stale"
    assert code(standing(complete_until=None).rewrite(QUERY, datetime(2024, 5, 1))) == "stale"
    assert code(views_of({"v": BY_G}).rewrite(QUERY, datetime(2024, 5, 1))) == "stale"


def test_p40_a_view_of_another_definition_is_not_used() -> None:
    assert code(standing(definition=definition_of(BY_G[1] + " ")).rewrite(QUERY)) == "rewritten"
    assert code(standing(definition=definition_of(ROWS[1])).rewrite(QUERY)) == "definition"
    assert code(standing(verified=False).rewrite(QUERY)) == "quarantined"
    plain = views_of({"v": BY_G})
    assert code(Views.of(plain.facts.catalog, {"model.t.v": BY_G[1]}, {}).rewrite(QUERY)) == "not_deployed"


def with_policy(called: tuple[str, ...]) -> Views:
    def policed(found: CatalogTable) -> CatalogTable:
        meta = {"dbt_ask": {"row_policy": "by_region"}} if found.name.name in called else {}
        return replace(found, meta=meta)

    view = replace(table("v", BY_G[0]), view=QuestionView(("g",), {}))
    tables = tuple(policed(t) for t in (*base_tables(), view))
    return Views.of(Catalog("t", "duckdb", tables), {"model.t.v": BY_G[1]})


def test_p41_a_row_policy_must_stand_on_both() -> None:
    assert code(with_policy(()).rewrite(QUERY)) == "rewritten"
    assert code(with_policy(("f", "v")).rewrite(QUERY)) == "rewritten"
    assert code(with_policy(("f",)).rewrite(QUERY)) == "row_policy"
    assert code(with_policy(("v",)).rewrite(QUERY)) == "row_policy"


def test_p42_a_view_on_a_view_is_not_followed() -> None:
    views = views_of({"v": BY_G, "w": ("g varchar, n hugeint", "SELECT g, SUM(n) AS n FROM v GROUP BY g")})
    assert [r.code for r in views.unusable] == ["definition"]


def test_same_bag_sees_types_counts_and_floats() -> None:
    assert same_bag([(1, None), (2, "a")], [(2, "a"), (1, None)])
    assert not same_bag([(1,)], [(1,), (1,)])
    assert not same_bag([(None,)], [(0,)])
    assert same_bag([(0.1 + 0.2,)], [(0.3,)])
    assert not same_bag([(1.0,)], [(1.000001,)])
