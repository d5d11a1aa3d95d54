from __future__ import annotations

from catalog_sync.inherit import with_inherited
from catalog_sync.model import CatalogColumn, CatalogTable, QuestionView
from tests.catalog_sync.build import catalog, column, name, table


def inherited(target: CatalogTable, *others: CatalogTable) -> CatalogTable:
    return with_inherited(catalog(*others, target), {target.name}).tables[-1]


def first(target: CatalogTable, *others: CatalogTable) -> CatalogColumn:
    return inherited(target, *others).columns[0]


KR = {"KR": ("Korea", "한국")}
BASE = table("base", column("country", description="Of residence.", synonyms=("nation",), value_synonyms=KR))


def test_a_silent_column_takes_what_the_nearest_says() -> None:
    middle = table("middle", column("country"), upstream=(name("base"),))
    found = first(table("t", "Country", upstream=(name("middle"),)), BASE, middle)
    assert (found.description, found.synonyms, found.value_synonyms) == ("Of residence.", ("nation",), KR)
    assert found.provenance["description"] == "upstream:db.main.base"


def test_what_a_column_says_itself_stays() -> None:
    own = column("country", description="Of delivery.")
    found = first(table("t", own, upstream=(name("base"),)), BASE)
    assert (found.description, found.synonyms) == ("Of delivery.", ("nation",))
    assert "description" not in found.provenance


def test_where_parents_disagree_nothing_is_taken() -> None:
    other = table("other", column("country", description="Of birth."))
    found = first(table("t", "country", upstream=(name("base"), name("other"))), BASE, other)
    assert found.description == ""
    assert found.synonyms == ("nation",)


def test_the_nearer_generation_speaks_alone() -> None:
    near = table("near", column("country", description="Of birth."), upstream=(name("base"),))
    found = first(table("t", "country", upstream=(name("near"),)), near, BASE)
    assert found.description == "Of birth."


def test_a_measure_is_made_anew() -> None:
    view = QuestionView(grain=("day",), measures={"country": "count(distinct country)"})
    assert first(table("t", "country", view=view, upstream=(name("base"),)), BASE).description == ""


def test_only_wanted_tables_change() -> None:
    target = table("t", "country", upstream=(name("base"),))
    assert with_inherited(catalog(BASE, target), set()) == catalog(BASE, target)


def test_lineage_in_a_circle_ends() -> None:
    one, two = table("a", "x", upstream=(name("b"),)), table("b", "x", upstream=(name("a"),))
    assert first(one, two).description == ""
