from __future__ import annotations

import hashlib
import json
import re
import string
from pathlib import Path
from typing import get_args

import pytest

from feedback.beside import CODES
from feedback.lifecycle import MOVES, REASONS, STATES, TABLE
from feedback.trust import LEVELS
from materialized_views.blocks import Check
from materialized_views.matching.match import How
from materialized_views.routing import Kind
from plugin.web import render
from plugin.web.answers import charts
from plugin.web.cells import as_csv, cell
from plugin.web.curation.queue import CHECKS
from plugin.web.rights import ROLES, SCOPES

WEB = Path(render.__file__).parent


def test_both_languages_say_the_same_with_the_same_holes() -> None:
    english, korean = render.texts("en"), render.texts("ko")
    assert set(english) == set(korean)
    for key, text in english.items():
        holes = [{name for _, name, _, _ in string.Formatter().parse(said) if name} for said in (text, korean[key])]
        assert holes[0] == holes[1], key


def test_every_text_that_a_template_names_is_there() -> None:
    known = set(render.texts("en"))
    used = {
        key
        for file in (WEB / "templates").glob("*.html")
        for key in re.findall(r"""\bt\(["']([a-z_]+\.[a-z_]+)["'][,)]""", file.read_text(encoding="utf-8"))
    }
    assert len(used) > 80
    assert used <= known
    made = [f"reason.{r}" for r in REASONS] + [f"role.{r}" for r in ROLES] + [f"scope.{s}" for s in SCOPES]
    made += [f"state.{s}" for s in STATES] + [f"move.{m}" for m in MOVES] + [f"differs.{c}" for c in CODES]
    made += [f"trust.{level}" for level in LEVELS] + [f"check.{c}" for c in CHECKS]
    made += [f"proof_how.{how}" for how in get_args(How)] + [f"proof_check.{check.value}" for check in Check]
    made += [f"proof.{kind}" for kind in get_args(Kind)]
    made += [f"error.{guard.name}" for move in TABLE for guard in move.guards]
    made += [f"stage.{s}" for s in render.SHOWN_STAGES] + [f"nav.{s}" for s, _ in render.SCREENS]
    assert set(made) <= known


def test_the_bundle_is_of_these_sources() -> None:
    """Who changes the sources runs `npm run build`."""
    assets = WEB / "assets"
    sources = [*(f"src/{f.name}" for f in sorted((assets / "src").iterdir())), "build.mjs", "package-lock.json"]
    digest = hashlib.sha256()
    for name in sources:
        digest.update(f"{name}\0".encode() + (assets / name).read_bytes())
    assert json.loads((WEB / "static" / "build.json").read_text())["sources"] == digest.hexdigest()


def test_the_bundle_says_its_licences_and_holds_no_address_of_a_registry() -> None:
    said = (WEB / "static" / "LICENSES.txt").read_text(encoding="utf-8")
    for package in ("htmx.org", "@codemirror/view", "vega-lite", "lucide-static"):
        assert f"{package} " in said
    assert "resolved" not in (WEB / "assets" / "package-lock.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("value", "column", "says"),
    [
        (1234567, "orders", "1,234,567"),
        (1234567, "order_id", "1234567"),
        (2024, "year", "2024"),
        (1234.5, "revenue", "1,234.50"),
        (0.01234, "share", "0.01234"),
        (None, "x", "–"),
        ("2024-01-01T00:00:00", "day", "2024-01-01"),
        ("2024-01-01T08:30:00", "at", "2024-01-01 08:30:00"),
        ("TOP 3", "x", "TOP 3"),
    ],
)
def test_cells(value: object, column: str, says: str) -> None:
    assert cell(value, column) == says


def test_csv_has_no_formulas() -> None:
    lines = as_csv(["=a", "b"], [["=1+1", -5], ["@x", "＝1+1"], ["plain", None]]).splitlines()
    assert lines == ["\ufeff'=a,b", "'=1+1,-5", "'@x,'＝1+1", "plain,"]


def test_charts_are_drawn_where_they_say_more_than_the_table() -> None:
    months = [[f"2024-{m:02}-01", store, m * 10.0] for m in range(1, 7) for store in ("A", "B")]
    line = charts.spec(["month", "store", "revenue"], months)
    assert line is not None
    assert (line["mark"]["type"], line["encoding"]["color"]["field"]) == ("line", "c1")
    bars = charts.spec(["store", "revenue"], [["A", 1], ["B", 2]])
    assert bars is not None
    assert bars["mark"]["type"] == "bar"
    assert bars["encoding"]["x"]["axis"] == {"tickCount": 8}
    korean = charts.spec(["store", "revenue"], [["A", 1], ["B", 2]], language="ko")
    assert korean is not None
    assert "만" in korean["encoding"]["x"]["axis"]["labelExpr"]
    assert charts.spec(["revenue"], [[1], [2]]) is None
    assert charts.spec(["store", "revenue"], [["A", 1]]) is None
    assert charts.spec(["store_id", "year"], [[1, 2023], [2, 2024]]) is None
    assert "url" not in json.dumps(line)
    assert "href" not in json.dumps(line)


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", ["12 ms", "3.4 s", "1 min 5 s", "1 h 2 min", "–"]),
        ("ko", ["12ms", "3.4초", "1분 5초", "1시간 2분", "–"]),
    ],
)
def test_durations_in_the_language_of_the_reader(language: str, shown: list[str]) -> None:
    template = render.Renderer("little")._environment.from_string("{{ seconds | duration }}")
    spent = (0.012, 3.4, 65.0, 3720.0, None)
    assert [template.render(language=language, seconds=seconds) for seconds in spent] == shown
