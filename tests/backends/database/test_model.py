from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from backends.database.model import Base, storable, storable_text

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.dates() | st.decimals(),
    lambda inner: (
        st.lists(inner)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text() | st.integers(), inner)
        | st.frozensets(st.text())
    ),
    max_leaves=10,
)


@given(anything)
def test_everything_becomes_strict_json(value: object) -> None:
    plain = storable(value)
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    assert storable(plain) == plain


@given(st.text())
def test_text_becomes_what_a_database_takes(text: str) -> None:
    clean = storable_text(text)
    assert "\0" not in clean
    assert clean.encode("utf-8").decode("utf-8") == clean
    if "\0" not in text and not any("\ud800" <= c <= "\udfff" for c in text):
        assert clean == text


def test_half_an_emoji_is_replaced_and_two_halves_are_joined() -> None:
    assert storable_text("a\ud83eb") == "a\ufffdb"
    assert storable_text("\ud83e\uddfe") == "🧾"


def test_constraints_have_names_so_that_migrations_can_drop_them() -> None:
    assert set(Base.metadata.naming_convention) >= {"ix", "uq", "ck", "fk", "pk"}
