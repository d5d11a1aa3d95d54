"""Korean values, written with and without blanks and with endings."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from backends.vectors.base import Hit
from catalog_sync.documents import normals
from catalog_sync.model import Catalog
from plugin.generator.ask import Ask
from plugin.generator.retrieve.values import IN_ENGLISH, Values
from plugin.generator.stage import Services

NAMES = ("이용 중", "설치대기")


class Index:
    """Finds what is called so."""

    def search(self, _where: str, _dense: Any, _sparse: Any, _most: int, only: Any = None) -> list[Hit]:
        wanted = set(only["norm"]) if only else set()
        return [_hit(name) for name in NAMES if wanted & set(normals(name))]


def _hit(name: str) -> Hit:
    payload = {"table": "contracts", "column": "state", "value": name, "norm": list(normals(name))}
    return Hit(name, 1.0, payload, {})


@pytest.mark.parametrize(
    ("question", "phrase", "value"),
    [
        ("이용 중인 계약 수", "이용 중", "이용 중"),
        ("이용중인 계약 수", "이용중", "이용 중"),
        ("설치 대기 계약", "설치 대기", "설치대기"),
    ],
)
def test_blanks_and_endings(question: str, phrase: str, value: str) -> None:
    embedder = SimpleNamespace(embed_query=lambda _text: np.zeros(2))
    services = cast(Services, SimpleNamespace(index=Index(), embedder=embedder, catalog=Catalog("c", "duckdb", ())))
    (found,) = Values()(Ask(question, "ko"), services).values
    assert (found.phrase, found.value, found.score) == (phrase, value, 1.0)


def test_a_name_in_latin_letters_and_a_noun_behind_some(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "NAMES", ("Daegu", "CNC lathe"))
    embedder = SimpleNamespace(embed_query=lambda _text: np.zeros(2))
    services = cast(Services, SimpleNamespace(index=Index(), embedder=embedder, catalog=Catalog("c", "duckdb", ())))
    found = Values()(Ask("대구에 CNC 선반 몇 대?", "ko"), services).values
    assert {(v.phrase, v.value, v.score) for v in found} == {
        ("대구", "Daegu", IN_ENGLISH),
        ("cnc 선반", "CNC lathe", IN_ENGLISH),
    }


class Near:
    """Finds nothing by its form, and near everything what is there."""

    def __init__(self, *values: str) -> None:
        self.values = values

    def search(self, _where: str, _dense: Any, _sparse: Any, _most: int, only: Any = None) -> list[Hit]:
        return [] if only else [_hit(value) for value in self.values]


@pytest.mark.parametrize(
    ("there", "found"),
    [
        (("gold", "silver"), [("골드", "gold")]),
        (("gold", "Gold"), [("골드", "Gold"), ("골드", "gold")]),  # of two columns
        (("gold", "golde"), []),  # which
        (("silver",), []),
    ],
)
def test_a_value_by_its_sound(there: tuple[str, ...], found: list[tuple[str, str]]) -> None:
    embedder = SimpleNamespace(embed_query=lambda _text: np.zeros(2))
    index = Near(*there)
    services = cast(Services, SimpleNamespace(index=index, embedder=embedder, catalog=Catalog("c", "duckdb", ())))
    done = Values()(Ask("골드 고객 수", "ko"), services).values
    assert [(v.phrase, v.value) for v in done if v.score == IN_ENGLISH] == found
