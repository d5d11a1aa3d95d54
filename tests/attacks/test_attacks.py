"""Every hostile statement of the corpus, on the real engine, behind the whole door."""

from __future__ import annotations

import pytest

from backends.errors import AskError, QueryFailed, QueryRefused, QueryTimeout
from backends.warehouse.base import Limits
from backends.warehouse.door import Door
from backends.warehouse.guard import ALL_LAYERS, Layer
from tests.attacks.conftest import SECRET, Range
from tests.attacks.corpus import POLICY_KINDS, TIMEOUT, Attack, attacks

LIMITS = Limits(seconds=2, rows=50)


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "sqlite"])
def test_the_corpus_is_large_enough(dialect: str) -> None:
    assert len(attacks(dialect)) >= 350
    assert len({attack.sql for attack in attacks(dialect)}) == len(attacks(dialect))


def outcome(door: Door, sql: str) -> str:
    """The rule that refused, what stopped it otherwise, or what came back."""
    try:
        rows = door.query(sql, LIMITS)
    except QueryRefused as refused:
        return refused.rule
    except QueryTimeout:
        return TIMEOUT
    except QueryFailed as failed:
        return f"failed: {failed.engine_message}"
    return f"allowed: {rows.rows}"


def wrong(door: Door, target: Range, chosen: list[Attack]) -> list[tuple[str, str, str]]:
    found = [(attack, outcome(door, target.sql(attack))) for attack in chosen]
    return [(str(attack), attack.rule, came) for attack, came in found if came != attack.rule]


def test_each_is_refused_by_its_rule_under_a_scope(target: Range) -> None:
    door = target.shop.door(target.scope)
    chosen = [attack for attack in attacks(target.shop.dialect) if attack.rule != TIMEOUT]
    assert wrong(door, target, chosen) == []
    door.close()


def test_each_is_refused_by_its_rule_without_a_scope(target: Range) -> None:
    door = target.shop.door()
    chosen = [
        attack for attack in attacks(target.shop.dialect) if attack.rule != TIMEOUT and attack.kind not in POLICY_KINDS
    ]
    assert wrong(door, target, chosen) == []
    door.close()


def test_explain_refuses_the_same(target: Range) -> None:
    door = target.shop.door(target.scope)
    one_of_each = {(attack.kind, attack.rule): attack for attack in attacks(target.shop.dialect)}
    for attack in one_of_each.values():
        if attack.rule == TIMEOUT:
            continue
        with pytest.raises(QueryRefused) as caught:
            door.explain(target.sql(attack))
        assert caught.value.rule == attack.rule, attack
    door.close()


def test_a_refusal_says_what_it_refused(target: Range) -> None:
    door = target.shop.door(target.scope)
    for attack in attacks(target.shop.dialect):
        if attack.rule not in {"pii", "unknown_column"}:
            continue
        with pytest.raises(QueryRefused) as caught:
            door.query(target.sql(attack))
        assert len(caught.value.message) > 15, attack
        assert "@x.org" not in str(caught.value), attack
    door.close()


@pytest.mark.slow
def test_bombs_are_cancelled_and_the_next_query_runs(target: Range) -> None:
    door = target.shop.door(target.scope)
    for attack in attacks(target.shop.dialect):
        if attack.rule == TIMEOUT:
            assert outcome(door, target.sql(attack)) == TIMEOUT, attack
            assert door.query("select count(*) from orders").rows == ((6,),)
    door.close()


@pytest.mark.slow
def test_the_locked_connection_alone_lets_nothing_be_changed_or_read_outside(target: Range) -> None:
    """As if the three layers that read the text were gone."""
    alone = ALL_LAYERS - {Layer.STATEMENT, Layer.TREE, Layer.CATALOGUE}
    door = target.shop.door(layers=alone)
    before = target.fingerprint()
    for attack in attacks(target.shop.dialect):
        if attack.rule in {TIMEOUT, "too_large", "resource"}:
            continue
        try:
            came = str(door.query(target.sql(attack), LIMITS))
        except AskError as error:
            came = str(error)
        assert SECRET not in came, attack
    door.close()
    assert target.fingerprint() == before
