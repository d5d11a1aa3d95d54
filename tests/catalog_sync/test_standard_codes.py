"""Codes of countries and languages, in English and Korean."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalog_sync.coded import with_meanings
from catalog_sync.model import CatalogColumn
from catalog_sync.standard_codes import meanings
from tests.catalog_sync.build import column, table


def coded(name: str, *values: str, description: str = "") -> CatalogColumn:
    return replace(column(name, description=description), values=values)


def test_countries_and_languages() -> None:
    assert meanings(coded("country_code", "DE", "GB")) == {
        "DE": ("Germany", "독일"),
        "GB": ("United Kingdom", "영국", "UK", "Britain", "Great Britain"),
    }
    assert meanings(coded("hq", "KR", description="ISO 3166 code of the headquarters"))["KR"][-1] == "한국"
    assert meanings(coded("lang_cd", "en", "ko")) == {"en": ("English", "영어"), "ko": ("Korean", "한국어")}


@pytest.mark.parametrize(
    "of",
    [
        pytest.param(coded("grade", "DE", "GB"), id="nothing says that they are countries"),
        pytest.param(coded("country", "DE", "Germany"), id="not all are codes"),
        pytest.param(coded("country_code", "DE", "QX"), id="one is no country"),
        pytest.param(coded("country_code"), id="no values"),
    ],
)
def test_else_nothing_is_said(of: CatalogColumn) -> None:
    assert meanings(of) == {}


def test_what_people_wrote_comes_first() -> None:
    own = replace(coded("country_code", "DE", "US"), value_synonyms={"DE": ("Fatherland",)})
    (made,) = with_meanings(replace(table("accounts"), columns=(own,))).columns
    assert made.value_synonyms["DE"] == ("Fatherland",)
    assert "USA" in made.value_synonyms["US"]
