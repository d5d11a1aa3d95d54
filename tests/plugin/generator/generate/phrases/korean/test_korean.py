"""Korean questions about the library of test_phrases, and the SQL that their grammar gives; and what stays unread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.typing import NDArray

from backends.embedder.base import Embedder
from catalog_sync.model import Catalog, CatalogTable
from plugin.generator.ask import Ask, Route, ValueHit
from plugin.generator.bilingual.glossary import glossary
from plugin.generator.generate.phrases.korean.morphemes import morphemes
from plugin.generator.generate.phrases.korean.periods import times
from plugin.generator.generate.phrases.korean.questions import readings
from plugin.generator.generate.phrases.korean.spoken import spoken
from plugin.generator.generate.phrases.schema import schema_of
from plugin.generator.generate.phrases.stage import Phrases, written
from plugin.generator.understand import dates
from tests.plugin.generator.generate.phrases.test_phrases import library
from tests.support.catalogs import table

FIXTURES = Path(__file__).parent / "fixtures" / "korean.sql"
LIBRARY = library()


def read(question: str, catalog: Catalog = LIBRARY, embedder: Embedder | None = None) -> list[str]:
    schema = schema_of(tuple(catalog), question)
    when = times(dates.find(question), schema, catalog)
    found = readings(spoken(question, schema, _hits(question, catalog), embedder, when))
    return written(found, schema, "duckdb")


def _hits(question: str, catalog: Catalog) -> list[ValueHit]:
    return [
        ValueHit(value.casefold(), str(one.name), column.name, value, 1.0)
        for one in catalog
        for column in one.columns
        for value in column.values
        if len(value) > 1 and value.casefold() in question.casefold()
    ]


def cases() -> list[tuple[str, str]]:
    """Of each block: -- question, then the SQL."""
    blocks = FIXTURES.read_text(encoding="utf-8").strip().split("\n\n")
    return [(head.removeprefix("-- "), sql.rstrip(";")) for head, sql in (b.split("\n", 1) for b in blocks)]


@pytest.mark.parametrize(("question", "sql"), cases())
def test_korean(question: str, sql: str) -> None:
    assert read(question) == [sql]


@pytest.mark.parametrize(
    "question",
    [
        "유명한 회원의 이름은?",  # a word that nothing is called
        "Busan에 사는 회원은 몇 명이야?",  # a value that is not known
        "나이가 많은 회원의 이름을 알려줘",  # from which age on?
        "인기 있는 책은 뭐야?",
        "가장 좋은 도시는 어디야?",
        "친구보다 나이가 많은 회원의 이름은?",
        "어떤 회원도 빌리지 않은 장르는?",  # true of one book, false of another of the genre
        "가장 나이 많은 회원의 쪽수는?",  # members have no pages
        "Seoul 회원의 나이는 얼마야?",  # one figure of many rows: which?
        "Seoul이 아닌 곳에 사는 회원은?",
        "회원별 평균 대출 횟수는?",  # an average of counts
        "도시별 평균 회원 수를 알려줘",
        "제목이 가장 긴 책은?",  # a title is no number
        "Old Town 소포는 몇 개야?",  # sent from there, or bound for it
        "작년에 대출한 회원은 몇 명이야?",  # loans have no day
        "책을 빌리고 반납하지 않은 회원은?",
        "연체된 대출은 몇 건이야?",
        "Kyle은 몇 시에 왔어?",  # an hour is no count
        "책을 한 권도 빌린 회원은 몇 명이야?",  # not one is said of what is not
        "회원의 이름을 지워줘",
    ],
)
def test_what_is_not_read(question: str) -> None:
    assert read(question) == []


def test_a_private_column_is_neither_shown_nor_compared() -> None:
    members = next(t for t in LIBRARY if t.name.name == "members")
    hidden = replace(members, columns=tuple(replace(c, pii=c.name == "age") for c in members.columns))
    alone = Catalog("library", "duckdb", (hidden,))
    for question in ("회원의 나이를 알려줘", "나이가 20살 이상인 회원은 몇 명이야?", "가장 젊은 회원의 이름은?"):
        assert read(question, alone) == []


def _shop() -> Catalog:
    """Called in Korean; each order has a day."""
    customers = _called(
        table("buyers", "buyer_id int, nm varchar, region varchar", key="buyer_id", values={"region": ("강남",)}),
        ("고객",),
        {"nm": "고객 이름", "region": "지역"},
    )
    orders = _called(
        table("orders", "order_id int, buyer_id int, order_date date, amount int", key="order_id",
            refs={"buyer_id": "buyers.buyer_id"}, ranges={"order_date": ("2022-01-01", "2023-12-31")}),
        ("주문",),
        {"amount": "금액"},
    )  # fmt: skip
    return Catalog("shop", "duckdb", (customers, orders))


def _called(one: CatalogTable, synonyms: tuple[str, ...], columns: dict[str, str]) -> CatalogTable:
    named = tuple(replace(c, synonyms=tuple(filter(None, (columns.get(c.name, ""),)))) for c in one.columns)
    return replace(one, synonyms=synonyms, columns=named)


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        ("지역별 고객 수", "SELECT buyers.region, COUNT(*) AS count FROM main.buyers GROUP BY buyers.region"),
        (
            "2023년에 주문한 고객은 몇 명이야?",
            "SELECT COUNT(*) AS count FROM main.buyers WHERE buyers.buyer_id IN (SELECT orders.buyer_id FROM "
            "main.orders WHERE orders.order_date >= '2023-01-01' AND orders.order_date < '2024-01-01')",
        ),
        (
            "2023년 주문은 몇 건이야?",
            "SELECT COUNT(*) AS count FROM main.orders WHERE orders.order_date >= '2023-01-01' AND "
            "orders.order_date < '2024-01-01'",
        ),
        (
            "2023년에 주문이 없는 고객은 몇 명이야?",
            "SELECT COUNT(*) AS count FROM main.buyers WHERE NOT buyers.buyer_id IN (SELECT orders.buyer_id FROM "
            "main.orders WHERE (orders.order_date >= '2023-01-01' AND orders.order_date < '2024-01-01') AND NOT "
            "orders.buyer_id IS NULL)",
        ),
        (
            "주문 안 한 고객은 몇 명이야?",
            "SELECT COUNT(*) AS count FROM main.buyers WHERE NOT buyers.buyer_id IN (SELECT orders.buyer_id FROM "
            "main.orders WHERE NOT orders.buyer_id IS NULL)",
        ),
        (
            "2023년에 주문을 한 번도 안 한 고객은 몇 명이야?",
            "SELECT COUNT(*) AS count FROM main.buyers WHERE NOT buyers.buyer_id IN (SELECT orders.buyer_id FROM "
            "main.orders WHERE (orders.order_date >= '2023-01-01' AND orders.order_date < '2024-01-01') AND NOT "
            "orders.buyer_id IS NULL)",
        ),
        (
            "2023년에 주문을 5번 이상 한 고객은 몇 명이야?",
            "SELECT COUNT(*) AS count FROM main.buyers WHERE buyers.buyer_id IN (SELECT orders.buyer_id FROM "
            "main.orders WHERE orders.order_date >= '2023-01-01' AND orders.order_date < '2024-01-01' "
            "GROUP BY orders.buyer_id HAVING COUNT(*) >= 5)",
        ),
        (
            "주문을 2번 넘게 한 고객의 이름은?",
            "SELECT buyers.nm FROM main.buyers WHERE buyers.buyer_id IN (SELECT orders.buyer_id FROM main.orders "
            "GROUP BY orders.buyer_id HAVING COUNT(*) > 2)",
        ),
    ],
)
def test_a_catalogue_in_korean_is_read_by_its_own_names(question: str, sql: str) -> None:
    assert read(question, _shop()) == [sql]


def test_things_by_what_their_parent_is() -> None:
    stores = table("stores", "store_id int, city varchar", key="store_id", values={"city": ("Oslo",)})
    buyers = table("buyers", "buyer_id int, home_store_id int", key="buyer_id",
        refs={"home_store_id": "stores.store_id"})  # fmt: skip
    both = (_called(stores, ("매장",), {"city": "도시"}), _called(buyers, ("고객",), {}))
    catalog = Catalog("shop", "duckdb", both)
    sql = "SELECT COUNT(*) AS count FROM main.buyers WHERE buyers.home_store_id IN (SELECT stores.store_id FROM "
    sql += "main.stores WHERE {})"
    assert read("매장이 Oslo인 고객은 몇 명이야?", catalog) == [sql.format("stores.city = 'Oslo'")]
    assert read("홈 매장이 Oslo인 고객은 몇 명이야?", catalog) == [sql.format("stores.city = 'Oslo'")]
    assert read("매장이 Oslo가 아닌 고객은 몇 명이야?", catalog) == [sql.format("NOT (stores.city = 'Oslo')")]


def _trips() -> Catalog:
    trips = table("trips", "trip_id int, source varchar, destination varchar", key="trip_id",
        values={"source": ("Oslo",), "destination": ("Oslo",)})  # fmt: skip
    return Catalog("trips", "duckdb", (trips,))


def test_a_verb_says_whence_or_whither() -> None:
    count = "SELECT COUNT(*) AS count FROM main.trips WHERE trips."
    assert read("Oslo에서 출발한 여행은 몇 건이야?", _trips()) == [count + "source = 'Oslo'"]
    assert read("Oslo에 도착한 여행은 몇 건이야?", _trips()) == [count + "destination = 'Oslo'"]
    parcels = "SELECT COUNT(*) AS count FROM main.parcels WHERE parcels.{} IN (SELECT branches.branch_id FROM "
    parcels += "main.branches WHERE branches.quarter = 'Old Town')"
    assert read("Old Town에서 출발한 소포는 몇 개야?") == [parcels.format("origin_id")]
    assert read("Old Town에 도착한 소포는 몇 개야?") == [parcels.format("destination_id")]


class _Near:
    """Texts near one another as they are said to be; all others stand apart."""

    id = "near"
    dim = 8

    def __init__(self, **alike: tuple[str, float]) -> None:
        self.alike = alike
        self.places: dict[str, int] = {}

    def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.stack([self._of(text) for text in texts])

    def embed_query(self, text: str) -> NDArray[np.float32]:
        if text not in self.alike:
            return np.zeros(64, dtype=np.float32)
        near, likeness = self.alike[text]
        return self._of(near) * np.float32(likeness)

    def _of(self, text: str) -> NDArray[np.float32]:
        row = np.zeros(64, dtype=np.float32)
        row[self.places.setdefault(text, len(self.places))] = 1
        return row


def test_a_noun_that_nothing_is_called_by_means_what_is_near_and_alone() -> None:
    counted = ["SELECT COUNT(*) AS count FROM main.parcels"]
    assert read("등기는 몇 개야?") == []
    assert read("등기는 몇 개야?", embedder=_Near(등기=("parcels", 0.8))) == counted
    assert read("등기는 몇 개야?", embedder=_Near(등기=("parcels", 0.5))) == []  # not near enough


def test_a_guess_with_a_near_rival_is_none() -> None:
    class Rival(_Near):
        def embed_query(self, text: str) -> NDArray[np.float32]:
            return super().embed_query(text) + self._of("books") * np.float32(0.75)

    assert read("등기는 몇 개야?", embedder=Rival(등기=("parcels", 0.8))) == []


def test_a_guess_swallows_no_word_beside_a_known_noun() -> None:
    assert read("니켈 책은 몇 권이야?", embedder=_Near(**{"니켈 책": ("books", 0.9)})) == []


def test_the_stage_reads_korean_as_it_was_asked() -> None:
    services = SimpleNamespace(catalog=LIBRARY, dialect="duckdb", embedder=_Near())
    ask = Ask("회원은 몇 명이야?", language="ko", routes=tuple(Route(t, 1.0) for t in LIBRARY))
    found = Phrases()(ask, services)  # type: ignore[arg-type]
    assert [c.sql for c in found.candidates] == ["SELECT COUNT(*) AS count FROM main.members"]
    glossed = replace(ask, question="member는 몇 명이야?", glosses=(("회원", "member"),))
    assert Phrases()(glossed, services) == glossed  # type: ignore[arg-type]


def test_particles_and_endings_have_one_form() -> None:
    assert [m.word for m in morphemes("책을 쓰는")] == ["책", "를", "쓰", "ㄴ"]
    assert [m.word for m in morphemes("제일 오래된 'Two Words'의")] == ["제일", "오래되", "ㄴ", "two words", "의"]
    assert [m.number for m in morphemes("10,000명 또는 두 명") if m.number] == ["10000", "2"]


def test_the_glossary_has_no_word_twice() -> None:
    path = Path(__file__).parents[6] / "plugin/generator/bilingual/glossary.txt"
    words = [line.split(":")[0] for line in path.read_text(encoding="utf-8").splitlines() if ": " in line]
    listed = [word for word in words if not word.startswith("#")]
    assert len(listed) == len(set(listed))
    assert set(listed) == set(glossary())
    assert not any(" " in word for word in listed)


def _branches() -> Catalog:
    found = table("branches", "branch_id int, branch_name varchar, opened_date date, closed_date date", key="branch_id")
    return Catalog("shop", "duckdb", (_called(found, ("지점",), {"branch_name": "지점명", "opened_date": "개점일"}),))


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        ("가장 최근에 개점한 지점은?", "ORDER BY branches.opened_date DESC LIMIT 1"),
        ("제일 먼저 개점한 지점 3곳", "ORDER BY branches.opened_date ASC LIMIT 3"),
        ("가장 최근에 생긴 지점은?", "ORDER BY branches.opened_date DESC LIMIT 1"),
        ("최신 지점", "ORDER BY branches.opened_date DESC LIMIT 1"),
    ],
)
def test_the_latest_by_what_was_done(question: str, sql: str) -> None:
    assert read(question, _branches()) == [f"SELECT branches.branch_name FROM main.branches {sql}"]


@pytest.mark.parametrize("question", ["가장 최근에 방문한 지점은?", "가장 인기 있는 지점은?"])
def test_what_was_done_on_no_day_of_theirs(question: str) -> None:
    assert read(question, _branches()) == []
