"""Korean questions of those who report, about a small post that is called in Korean: figures in a time and by months,
shares, how long it takes, what is not done, the top of a figure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalog_sync.model import Catalog, CatalogTable
from plugin.generator.generate.phrases.korean.morphemes import morphemes
from tests.plugin.generator.generate.phrases.korean.test_korean import read
from tests.support.catalogs import table

COUNT = "SELECT COUNT(*) AS count FROM main."


def _called(
    one: CatalogTable,
    names: str,
    columns: dict[str, str],
    open_: tuple[str, ...] = (),
    units: dict[str, str] | None = None,
) -> CatalogTable:
    """`open_`: the columns that not every row has; `units`: what stands in brackets behind a column's name."""
    told = tuple(
        replace(
            c,
            synonyms=tuple(columns[c.name].split("|")) if c.name in columns else (),
            description=f"{columns.get(c.name, '')}({unit})" if (unit := (units or {}).get(c.name)) else "",
            gaps=c.name in open_,
        )
        for c in one.columns
    )
    return replace(one, synonyms=tuple(names.split("|")), columns=told)


def post() -> Catalog:
    drivers = _called(
        table("drivers", "driver_id int, driver_name varchar, branch_id int, hired_on date, left_on date",
            key="driver_id", refs={"branch_id": "branches.branch_id"}),
        "기사",
        {"driver_name": "기사 이름", "hired_on": "입사일", "left_on": "퇴사일"},
        open_=("left_on",),
    )  # fmt: skip
    branches = _called(
        table(
            "branches",
            "branch_id int, branch_name varchar, capacity int, opened_on date, closed_on date",
            key="branch_id",
        ),
        "대리점",
        {"branch_name": "대리점명", "capacity": "처리 용량", "opened_on": "계약 시작일", "closed_on": "계약 종료일"},
        open_=("closed_on",),
        units={"capacity": "박스"},
    )
    shippers = _called(
        table("shippers", "shipper_id int, shipper_name varchar, trade varchar", key="shipper_id",
            values={"trade": ("의류", "식품")}),
        "화주|고객사",
        {"shipper_name": "회사명", "trade": "업종"},
    )  # fmt: skip
    parcels = _called(
        table("parcels", "parcel_id int, shipper_id int, branch_id int, accepted_at timestamp, promised_on date, "
            "delivered_at timestamp, fee int, is_fragile boolean, is_insured boolean", key="parcel_id",
            refs={"shipper_id": "shippers.shipper_id", "branch_id": "branches.branch_id"}),
        "소포",
        {"accepted_at": "접수 일시", "promised_on": "배송 예정일", "delivered_at": "배송 완료 일시", "fee": "운임",
            "is_fragile": "파손 주의 여부", "is_insured": "보험 가입 여부"},
        open_=("delivered_at",),
    )  # fmt: skip
    claims = _called(
        table("claims", "claim_id int, parcel_id int, kind varchar, filed_on date, resolved_on date, paid int",
            key="claim_id", refs={"parcel_id": "parcels.parcel_id"}, values={"kind": ("파손", "지연")}),
        "고객 클레임",
        {"kind": "클레임 유형|유형", "filed_on": "클레임 접수일", "resolved_on": "처리 완료일",
            "paid": "보상 금액|보상"},
        open_=("resolved_on",),
    )  # fmt: skip
    ratings = _called(
        table("ratings", "rating_id int, parcel_id int, score int, answered_on date", key="rating_id",
            refs={"parcel_id": "parcels.parcel_id"}),
        "설문",
        {"score": "만족도", "answered_on": "응답일"},
    )  # fmt: skip
    bills = _called(
        table("bills", "bill_id int, amount int, billed_on date, paid_on date", key="bill_id"),
        "청구서",
        {"amount": "청구 금액", "billed_on": "청구일"},
        open_=("paid_on",),
    )
    return Catalog("post", "duckdb", (drivers, branches, shippers, parcels, claims, ratings, bills))


_OF_2024 = "{0} >= '2024-01-01' AND {0} < '2025-01-01'"
_FEES = "FROM main.parcels JOIN main.shippers ON parcels.shipper_id = shippers.shipper_id "
_PERCENTAGE = "SELECT COUNT(CASE WHEN {} THEN 1 END) * 100.0 / NULLIF(COUNT(*), 0) AS percentage FROM main.parcels"
_SHARE = "SELECT COUNT(CASE WHEN {} THEN 1 END) * {} / NULLIF(COUNT(*), 0) AS share FROM main."


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        ("아직 처리 안 된 클레임은 몇 건이야?", COUNT + "claims WHERE claims.resolved_on IS NULL"),
        ("아직 배송되지 않은 소포 수", COUNT + "parcels WHERE parcels.delivered_at IS NULL"),
        ("미납 청구서는 몇 건이야?", COUNT + "bills WHERE bills.paid_on IS NULL"),
        ("2024년에 퇴사한 기사 수", COUNT + "drivers WHERE " + _OF_2024.format("drivers.left_on")),
        ("2024년에 입사한 기사 수", COUNT + "drivers WHERE " + _OF_2024.format("drivers.hired_on")),
        (
            "계약 종료일이 2024년인 대리점 이름",
            "SELECT branches.branch_name FROM main.branches WHERE " + _OF_2024.format("branches.closed_on"),
        ),
        ("파손 주의 소포는 몇 개야?", COUNT + "parcels WHERE parcels.is_fragile"),
        ("보험 가입한 소포 수", COUNT + "parcels WHERE parcels.is_insured"),
        ("처리 용량이 2만 박스 이상인 대리점 수", COUNT + "branches WHERE branches.capacity >= 20000"),
        (
            "예정일보다 늦게 배송된 소포는 몇 건이지?",
            COUNT + "parcels WHERE CAST(parcels.delivered_at AS DATE) > parcels.promised_on",
        ),
        (
            "대리점별 소속 기사 수",
            "SELECT branches.branch_name, COUNT(*) AS count FROM main.drivers JOIN main.branches ON drivers.branch_id "
            "= branches.branch_id GROUP BY branches.branch_name, branches.branch_id",
        ),
        (
            "2024년 업종별 운임 합계",
            "SELECT shippers.trade, SUM(parcels.fee) AS sum_fee " + _FEES + "WHERE "
            + _OF_2024.format("parcels.accepted_at") + " GROUP BY shippers.trade",
        ),
        (
            "업종별 2024년 운임 합계",
            "SELECT shippers.trade, SUM(parcels.fee) AS sum_fee " + _FEES + "WHERE "
            + _OF_2024.format("parcels.accepted_at") + " GROUP BY shippers.trade",
        ),
        (
            "평균 운임을 업종별로 보여줘",
            "SELECT shippers.trade, AVG(parcels.fee) AS avg_fee " + _FEES + "GROUP BY shippers.trade",
        ),
        (
            "2024년 월별 소포 접수 건수 추이",
            "SELECT DATE_TRUNC('MONTH', parcels.accepted_at) AS month, COUNT(*) AS count FROM main.parcels WHERE "
            + _OF_2024.format("parcels.accepted_at") + " GROUP BY DATE_TRUNC('MONTH', parcels.accepted_at)"
            " ORDER BY DATE_TRUNC('MONTH', parcels.accepted_at)",
        ),
        (
            "연도별 평균 만족도",
            "SELECT EXTRACT(YEAR FROM ratings.answered_on) AS year, AVG(ratings.score) AS avg_score FROM main.ratings "
            "GROUP BY EXTRACT(YEAR FROM ratings.answered_on) ORDER BY EXTRACT(YEAR FROM ratings.answered_on)",
        ),
        ("만족도 평균 점수가 어떻게 돼?", "SELECT AVG(ratings.score) AS avg_score FROM main.ratings"),
        (
            "2024년 운임 총액은?",
            "SELECT SUM(parcels.fee) AS sum_fee FROM main.parcels WHERE " + _OF_2024.format("parcels.accepted_at"),
        ),
        (
            "파손 클레임에 지급한 보상 금액 총합",
            "SELECT SUM(claims.paid) AS sum_paid FROM main.claims WHERE claims.kind = '파손'",
        ),
        (
            "의류 고객사들이 2024년에 낸 운임은 총 얼마야?",
            "SELECT SUM(parcels.fee) AS sum_fee FROM main.parcels WHERE (parcels.shipper_id IN (SELECT "
            "shippers.shipper_id FROM main.shippers WHERE shippers.trade = '의류') AND "
            + _OF_2024.format("parcels.accepted_at").replace(" AND", ") AND"),
        ),
        (
            "만족도 5점을 받은 소포 수",
            COUNT + "parcels WHERE parcels.parcel_id IN (SELECT ratings.parcel_id FROM main.ratings WHERE "
            "ratings.score = 5)",
        ),
        (
            "만족도 2점 이하를 받은 소포 수",
            COUNT + "parcels WHERE parcels.parcel_id IN (SELECT ratings.parcel_id FROM main.ratings WHERE "
            "ratings.score <= 2)",
        ),
        ("업종 종류가 몇 가지지?", "SELECT COUNT(DISTINCT shippers.trade) AS count_trade FROM main.shippers"),
        (
            "평균 운임이 가장 높은 업종",
            "SELECT shippers.trade " + _FEES + "GROUP BY shippers.trade ORDER BY AVG(parcels.fee) DESC LIMIT 1",
        ),
        (
            "보상 금액이 가장 많이 나온 클레임 유형은?",
            "SELECT claims.kind FROM main.claims GROUP BY claims.kind ORDER BY SUM(claims.paid) DESC LIMIT 1",
        ),
        (
            "업종별 접수 건수 상위 2개",
            "SELECT shippers.trade, COUNT(*) AS count " + _FEES
            + "GROUP BY shippers.trade ORDER BY COUNT(*) DESC LIMIT 2",
        ),
        (
            "총 운임 1위 고객사는?",
            "SELECT shippers.shipper_name " + _FEES
            + "GROUP BY shippers.shipper_name, shippers.shipper_id ORDER BY SUM(parcels.fee) DESC LIMIT 1",
        ),
        (
            "운임 합계 하위 3개 업종",
            "SELECT shippers.trade " + _FEES + "GROUP BY shippers.trade ORDER BY SUM(parcels.fee) ASC LIMIT 3",
        ),
        (
            "접수부터 배송까지 평균 며칠 걸려?",
            "SELECT AVG(DATE_DIFF('DAY', parcels.accepted_at, parcels.delivered_at)) AS avg_days FROM main.parcels",
        ),
        (
            "클레임 처리에 걸린 평균 일수를 유형별로",
            "SELECT claims.kind, AVG(DATE_DIFF('DAY', claims.filed_on, claims.resolved_on)) AS avg_days FROM "
            "main.claims GROUP BY claims.kind",
        ),
        ("전체 소포 가운데 보험 가입 비율은 몇 %야?", _PERCENTAGE.format("parcels.is_insured")),
        ("의류 고객사의 비율은?", _SHARE.format("shippers.trade = '의류'", "1.0") + "shippers"),
        (
            "2024년 클레임 중 파손 비율",
            _SHARE.format("claims.kind = '파손'", "1.0") + "claims WHERE " + _OF_2024.format("claims.filed_on"),
        ),
    ],
)  # fmt: skip
def test_read(question: str, sql: str) -> None:
    assert read(question, post()) == [sql]


@pytest.mark.parametrize(
    "question",
    [
        "기사별 비율을 알려줘",  # of what?
        "접수부터 평균 며칠 걸려?",  # until when?
        "배송에 걸린 평균 시간",  # in which unit, of moments?
        "2024년 대리점별 기사 수",  # of those of that time, or who came then?
        "주별 대리점 수",  # of those of that time, or who came then?
        "만족도 5점을 받은 기사 수",  # drivers have none
    ],
)
def test_what_stays_unread(question: str) -> None:
    assert read(question, post()) == []


def _tags(question: str, *names: str) -> list[str]:
    return [f"{m.word}/{m.tag}" for m in morphemes(question, names)]


def test_words_of_names_are_nouns() -> None:
    assert "화주/NNG" not in _tags("VIP 등급 화주 회사명이랑 업종")
    assert "화주/NNG" in _tags("VIP 등급 화주 회사명이랑 업종", "화주")
    assert _tags("파손 주의 소포", "파손 주의") == ["파손/NNG", "주의/NNG", "소포/NNG"]
    assert "주의/NNG" not in _tags("이번 주의 매출", "파손 주의")


def test_not_done() -> None:
    assert [m.word for m in morphemes("처리 안 된 클레임")][:5] == ["처리", "되", "지", "않", "ㄴ"]
