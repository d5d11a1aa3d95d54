"""Which tables are shown beside the best ones."""

from __future__ import annotations

from collections.abc import Callable

from plugin.generator.ask import Ask, Route, ValueHit
from plugin.generator.link.scored import Scored
from plugin.generator.stage import Services

Make = Callable[..., Services]


def shown(question: str, best: str, services: Services, *values: ValueHit, missing: int = 2) -> set[str]:
    """With `best` as the only table that routing is sure of."""
    tables = sorted(services.catalog, key=lambda t: t.name.name != best)
    routes = tuple(Route(table, 1.0 if at == 0 else 0.1, {}) for at, table in enumerate(tables))
    done = Scored(most_missing=missing)(Ask(question, routes=routes, values=values), services)
    return {part.table.name.name for part in done.slices}


def test_what_a_key_leads_to_and_the_question_speaks_of(services: Make) -> None:
    assert shown("the approximate amount by store", "orders", services()) == {"orders", "stores"}
    assert shown("the approximate amount", "orders", services()) == {"orders"}


def test_the_table_that_alone_holds_a_value(services: Make) -> None:
    made = services()
    regions = next(str(t.name) for t in made.catalog if t.name.name == "regions")
    europe = ValueHit("europe", regions, "region_name", "EUROPE", 1.0)
    assert "regions" in shown("the approximate amount in europe", "orders", made, europe)
    assert "regions" not in shown("the approximate amount in europe", "orders", made, europe, missing=0)


def test_keys_to_tables_that_are_not_shown_make_room(services: Make) -> None:
    made = services()
    orders = next(t for t in made.catalog if t.name.name == "orders")

    def columns(question: str) -> tuple[str, ...]:
        done = Scored(most_columns=3)(Ask(question, routes=(Route(orders, 1.0, {}),)), made)
        return done.slices[0].columns

    assert "customer_id" not in columns("the amount of what is open")
    assert "customer_id" in columns("the amount by customer")
