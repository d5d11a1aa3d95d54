from __future__ import annotations

from catalog_sync.curated import CuratedSource, with_words
from catalog_sync.edits import Edit
from catalog_sync.model import Catalog
from tests.catalog_sync.build import catalog, column, table

SHOP = catalog(
    table("orders", column("region", synonyms=("area",), value_synonyms={"EUROPE": ("EU",)}), synonyms=("sales",)),
    table("people", "name"),
)
WORDS = (
    Edit("main.orders", "", "synonym", "주문"),
    Edit("main.orders", "", "synonym", "Sales"),
    Edit("MAIN.Orders", "REGION", "value", "유럽", value="EUROPE"),
    Edit("orders", "region", "value", "아시아", value="ASIA"),
    Edit("orders", "region", "synonym", "지역"),
    Edit("main.nowhere", "", "synonym", "x"),
)


def test_words_are_laid_over_what_the_source_says() -> None:
    orders, people = with_words(SHOP, WORDS).tables
    region = orders.columns[0]
    assert orders.synonyms == ("sales", "주문")
    assert orders.provenance["synonyms"].split("+")[-1] == "curation"
    assert region.synonyms == ("area", "지역")
    assert region.value_synonyms == {"EUROPE": ("EU", "유럽"), "ASIA": ("아시아",)}
    assert people == SHOP.tables[1]


def test_a_word_that_may_be_of_several_tables_waits() -> None:
    two = catalog(table("orders", "id"), table("old.orders", "id"))
    assert with_words(two, [Edit("orders", "", "synonym", "sales")]).tables == two.tables


def test_words_are_asked_for_at_each_reading() -> None:
    class Shop:
        id = "openmetadata"

        def read(self) -> Catalog:
            return SHOP

    words: list[Edit] = []
    source = CuratedSource(Shop(), lambda: words)
    assert source.read() is SHOP
    words.append(WORDS[0])
    assert (source.id, source.read().tables[0].synonyms) == ("openmetadata", ("sales", "주문"))
