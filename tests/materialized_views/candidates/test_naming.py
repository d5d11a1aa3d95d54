from __future__ import annotations

from sqlglot import parse_one

from materialized_views.blocks import Facts, read_block
from materialized_views.candidates.candidate import of_need
from materialized_views.candidates.naming import definition_of
from materialized_views.candidates.need import need_of
from materialized_views.definition import ViewDefinition
from materialized_views.matching import Rewrite, Views
from materialized_views.trial import _with_only
from tests.materialized_views.tables import catalog, table


def definition(sql: str, taken: tuple[str, ...] = ()) -> ViewDefinition:
    facts = Facts(catalog())
    need = need_of(read_block(parse_one(sql, dialect="duckdb"), facts), facts)
    return definition_of(of_need(need), catalog(), taken=taken)


MONTHLY = (
    "select reg.rn, sum(f.y) as total, avg(f.x) as mean from f join dim on f.k = dim.k join reg on dim.r = reg.r "
    "where f.d >= date '2024-02-01' group by 1"
)


def test_the_sql_and_the_names_of_a_roll_up() -> None:
    found = definition(MONTHLY)
    assert found.name == "monthly_f_by_rn"
    assert found.sql().splitlines() == [
        "select",
        "    CAST(DATE_TRUNC('MONTH', f.d) AS DATE) as d_month,",
        "    reg.rn as rn,",
        "    count(*) as f_count,",
        "    count(f.x) as x_count,",
        "    cast(sum(f.x) as bigint) as total_x,",
        "    sum(f.y) as y",
        'from "main"."f" as f',
        'inner join "main"."dim" as dim on f.k = dim.k',
        'inner join "main"."reg" as reg on dim.r = reg.r',
        "group by 1, 2",
    ]
    assert [d.type for d in found.dimensions] == ["date", "text"]
    assert [m.type for m in found.measures] == ["bigint", "bigint", "bigint", "numeric(38,2)"]


def test_equal_needs_give_equal_definitions_and_stored_ones_come_back() -> None:
    assert definition(MONTHLY) == definition(MONTHLY.replace("2024-02-01", "2023-05-01"))
    assert ViewDefinition.of(definition(MONTHLY).attrs()) == definition(MONTHLY)


def test_a_name_that_is_taken_gets_a_digest() -> None:
    found = definition(MONTHLY, taken=("monthly_f_by_rn",))
    assert found.name.startswith("monthly_f_by_rn_")
    assert found.hash == definition(MONTHLY).hash


def test_the_matcher_proves_the_query_that_a_candidate_was_made_for() -> None:
    found = definition(MONTHLY)
    columns = ", ".join(f"{c.name} {c.type}" for c in (*found.dimensions, *found.measures))
    built = table(found.name, columns.replace("numeric(38,2)", "decimal(10,2)"))
    from dataclasses import replace

    from catalog_sync.model import QuestionView

    built = replace(built, view=QuestionView(grain=("d_month", "rn"), measures={}))
    views = Views.of(_with_only(catalog(), built), {built.unique_id: found.sql()})
    assert views.unusable == ()
    rewritten = views.rewrite(MONTHLY)
    assert isinstance(rewritten, Rewrite), rewritten
    assert "monthly_f_by_rn" in rewritten.sql
