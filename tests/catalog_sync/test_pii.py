from __future__ import annotations

from typing import Any

import pytest

from catalog_sync.pii import is_pii, looks_like_personal_data, looks_personal, looks_reachable


@pytest.mark.parametrize(
    "tag",
    [
        "pii",
        "PII",
        "contains_pii",
        "contains-pii",
        "PII.Sensitive",
        "PII.NonSensitive",
        "PersonalData.Personal",
        "personal_data",
        "pii:email",
        "DataSensitivity.High",
    ],
)
def test_tags_that_say_personal(tag: str) -> None:
    assert is_pii([tag]) is True


@pytest.mark.parametrize("tag", ["PII.None", "no_pii", "non-pii", "pii:false"])
def test_tags_that_say_not_personal(tag: str) -> None:
    assert is_pii([tag]) is False


@pytest.mark.parametrize("tag", ["Tier.Tier1", "mart", "pipeline", "happiness", "Certified", ""])
def test_tags_that_say_nothing(tag: str) -> None:
    assert is_pii([tag]) is None


@pytest.mark.parametrize(
    "meta",
    [
        {"contains_pii": True},
        {"pii": "true"},
        {"pii": "suspected"},
        {"PII": 1},
        {"is_pii": {"state": "Suggested"}},
        {"masking_policy": "mask_email"},
        {"classification": "PII.Sensitive"},
        {"openmetadata": {"tags": ["Certified", "PersonalData.SpecialCategory"]}},
        {"data_classification": ["internal", "pii"]},
    ],
)
def test_meta_that_says_personal(meta: dict[str, Any]) -> None:
    assert is_pii((), meta) is True


@pytest.mark.parametrize(
    "meta", [{"contains_pii": False}, {"pii": "no"}, {"pii": 0}, {"openmetadata": {"tags": "PII.None"}}]
)
def test_meta_that_says_not_personal(meta: dict[str, Any]) -> None:
    assert is_pii((), meta) is False


@pytest.mark.parametrize(
    "meta", [{}, {"pii": None}, {"pii": ""}, {"owner": "pii team"}, {"classification": "internal"}]
)
def test_meta_that_says_nothing(meta: dict[str, Any]) -> None:
    assert is_pii((), meta) is None


def test_a_yes_beats_a_no() -> None:
    assert is_pii(["PII.Sensitive"], {"contains_pii": False}) is True


def test_a_description_counts_only_where_nothing_else_does() -> None:
    assert is_pii((), {}, "Customer's first name. PII.") is True
    assert is_pii((), {}, "Hashed, no PII.") is None
    assert is_pii((), {"contains_pii": False}, "Formerly PII.") is False


@pytest.mark.parametrize(
    "name",
    ["email", "e_mail", "customerEmail", "EMAIL_ADDRESS", "phone", "home_phone", "ssn", "password", "user_pwd",
     "first_name", "customer_name", "date_of_birth", "card_number", "national_id", "이메일", "고객_전화번호",
     "full_nm", "CUST_NM", "patron_name", "email_addr", "home_addr", "fname"],
)  # fmt: skip
def test_names_that_look_personal(name: str) -> None:
    assert looks_personal(name)


@pytest.mark.parametrize(
    "name",
    ["status", "product_name", "region_name", "nation", "ship_mode", "mailing", "description", "telephony", "zip",
     "order_number", "store_id", "tokenizer", "name", "brn_nm", "prod_nm", "지역"],
)  # fmt: skip
def test_names_that_do_not(name: str) -> None:
    assert not looks_personal(name)


@pytest.mark.parametrize(
    "value",
    ["a.person@mail.example", "25-989-741-2988", "+82 10-1234-5678", "900101-1234567", "078-05-1120",
     "4111 1111 1111 1111", "010-1234-5678"],
)  # fmt: skip
def test_values_that_look_personal(value: str) -> None:
    assert looks_like_personal_data(["shop", value])


@pytest.mark.parametrize(
    "value",
    ["shop", "1-URGENT", "2024-01-31", "2024-01-31 10:00", "Manufacturer#1", "REG AIR", "12345", "10-20", "A-100-200",
     "@home", "2.5", ""],
)  # fmt: skip
def test_values_that_do_not(value: str) -> None:
    assert not looks_like_personal_data([value])


@pytest.mark.parametrize(
    "name", ["email_addr", "customerEmail", "home_phone", "ssn", "rrn", "passport_no", "고객_전화번호"]
)
def test_by_what_somebody_is_reached_or_identified(name: str) -> None:
    assert looks_personal(name)
    assert looks_reachable(name)


@pytest.mark.parametrize("name", ["customer_name", "birth_dt", "home_addr", "street", "mail_sent", "account_no"])
def test_what_one_speaks_of(name: str) -> None:
    assert not looks_reachable(name)
