"""What short Korean descriptions call tables and columns."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backends.warehouse.base import TableName
from catalog_sync.model import Catalog, CatalogColumn, CatalogTable, ForeignKey
from catalog_sync.spoken import phrase, with_spoken

NAME = TableName("db", "main", "orders")


def spoken(table: CatalogTable) -> CatalogTable:
    found = with_spoken(Catalog("shop", "duckdb", (table,)), {table.name}).table(table.name)
    assert found is not None
    return found


def column(description: str, *, synonyms: tuple[str, ...] = ()) -> tuple[str, ...]:
    return (
        spoken(
            CatalogTable(
                NAME, "table", "orders", columns=(CatalogColumn("a", description=description, synonyms=synonyms),)
            )
        )
        .columns[0]
        .synonyms
    )


@pytest.mark.parametrize(
    ("description", "names"),
    [
        ("지점명 (예: 강남지점)", ("지점명", "지점")),
        ("할인을 적용한 월 렌탈료(원)", ("월 렌탈료", "렌탈료")),
        ("해지일. 해지하지 않았으면 비어 있음", ("해지일",)),
        ("연체 여부", ("연체 여부", "연체")),
        ("최소 주문 금액", ("최소 주문 금액",)),
        ("국가 코드", ("국가 코드", "국가")),
        ("청구 금액 합계(원)", ("청구 금액 합계", "청구 금액")),
        ("상품군: 정수기, 공기청정기", ("상품군",)),
    ],
)
def test_what_a_column_is_called(description: str, names: tuple[str, ...]) -> None:
    assert column(description) == names


@pytest.mark.parametrize(
    "description", ["", "Name of the store", "금액", "A: 성인, C: 어린이", "비어 있으면 처리하지 않았다는 뜻이다"]
)
def test_what_names_nothing(description: str) -> None:
    assert column(description) == ()


def test_what_people_wrote_comes_first_and_once() -> None:
    assert column("매출 금액", synonyms=("매출금액", "매출")) == ("매출금액", "매출")


def test_what_two_columns_would_be_called_neither_is() -> None:
    columns = (CatalogColumn("a", description="안전 재고 수량"), CatalogColumn("b", description="현재 재고 수량"))
    found = spoken(CatalogTable(NAME, "table", "orders", columns=columns))
    assert [c.synonyms for c in found.columns] == [("안전 재고 수량",), ("현재 재고 수량",)]


@pytest.mark.parametrize(
    ("description", "key", "names"),
    [
        ("렌탈 상품 마스터", "", ("렌탈 상품",)),
        ("고객이 접수한 AS 요청", "접수 번호", ("AS 요청", "접수")),
        ("고객 테이블. 개인과 사업자를 모두 포함한다.", "고객 ID", ("고객",)),
        ("All our orders", "주문 번호", ("주문",)),
        ("", "코드", ()),
    ],
)
def test_what_a_table_is_called(description: str, key: str, names: tuple[str, ...]) -> None:
    columns = (CatalogColumn("id", description=key),)
    assert (
        spoken(
            CatalogTable(NAME, "table", "orders", description=description, columns=columns, primary_key=("id",))
        ).synonyms
        == names
    )


def test_what_ties_two_things_is_not_called_by_one() -> None:
    keys = tuple(ForeignKey((c,), _named(t), ("id",), tested=True) for c, t in (("a", "a"), ("b", "b")))
    table = CatalogTable(NAME, "table", "orders", description="계약에 적용된 프로모션", foreign_keys=keys)
    assert spoken(table).synonyms == ()
    assert spoken(replace(table, description="프로모션 적용 내역")).synonyms == ("프로모션 적용",)


def _named(name: str) -> TableName:
    return TableName("db", "main", name)


def test_phrase() -> None:
    assert phrase("전국 지점 마스터. 지점 하나가 한 행.") == (("전국", "지점", "마스터"), True)
    assert phrase("지점이 속한 지역") == (("지역",), False)


def test_a_word_in_brackets_is_another_name() -> None:
    def names(description: str) -> tuple[str, ...]:
        return spoken(CatalogTable(NAME, "table", "orders", description=description)).synonyms

    assert names("화주(고객사). 택배를 맡기는 기업 고객.") == ("화주", "고객사")
    assert names("고객 클레임(사고 접수)") == ("고객 클레임",)
    assert names("권역 (수도권, 충청)") == ("권역",)


@pytest.mark.parametrize(
    ("description", "names"),
    [
        ("Part that the patient owes (본인부담금)", ("본인부담금",)),
        ("Billed amount in won (청구 금액), insurance share included", ("청구 금액", "청구")),
        ("Status: paid (결제), open (미납)", ()),
        ("One of the three (see the handbook)", ()),
    ],
)
def test_the_korean_behind_an_english_description(description: str, names: tuple[str, ...]) -> None:
    assert {*column(description)} <= {*names}
    assert column(description)[:1] == names[:1]


def test_rows_too() -> None:
    assert spoken(CatalogTable(NAME, "table", "orders", description="Bills to patients (청구서).")).synonyms == (
        "청구서",
    )


def test_the_rows_are_no_name_of_a_flag() -> None:
    flag = CatalogColumn("has_photo", "BOOLEAN", description="포토 리뷰 여부")
    known = spoken(CatalogTable(NAME, "table", "reviews", columns=(flag,), description="상품 리뷰"))
    assert known.columns[0].synonyms == ("포토 리뷰 여부", "포토 리뷰")
