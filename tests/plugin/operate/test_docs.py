"""What the dashboard, the alerts and the documents speak of is there, and what is there is spoken of."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from plugin.operate.meters import Meters
from plugin.operate.standing import Standing
from plugin.web.site import Site

DOCS = Path(__file__).parents[3] / "docs" / "operate"
PROMTOOL = shutil.which("promtool")
RULES = yaml.safe_load((DOCS / "alerts.yml").read_text(encoding="utf-8"))["groups"][0]["rules"]
_NAME = re.compile(r"\bdbt_ask_[a-z0-9_]+\b")
_LABELS = re.compile(r"(?:by|without) \(([a-z, ]+)\)|([a-z]+)=~?\"")


@pytest.fixture
def families(site: Site) -> dict[str, str]:
    """Name -> type."""
    found = [*site.meters.registry.collect()]
    return {family.name: family.type for family in found if family.name.startswith("dbt_ask_")}


def samples(families: dict[str, str]) -> set[str]:
    more = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}
    return {name + end for name, kind in families.items() for end in more[kind]}


def expressions() -> list[str]:
    panels = json.loads((DOCS / "grafana.json").read_text(encoding="utf-8"))["panels"]
    return [target["expr"] for panel in panels for target in panel["targets"]] + [rule["expr"] for rule in RULES]


def test_every_figure_is_documented_and_every_documented_figure_is_there(families: dict[str, str]) -> None:
    text = (DOCS / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(dbt_ask_[a-z0-9_]+)` \|", text, re.MULTILINE)) == set(families)


def test_dashboard_and_alerts_ask_for_figures_that_are_there(families: dict[str, str]) -> None:
    used = {name for expression in expressions() for name in _NAME.findall(expression)}
    assert used <= samples(families)
    counted = {re.sub(r"_(total|bucket|sum|count)$", "", name) for name in used}
    assert counted >= set(families), "a figure that nobody looks at"


def test_they_group_by_labels_that_are_there(site: Site) -> None:
    known = {"le", "job", "instance"}
    for meter in vars(Meters()).values():
        known |= set(getattr(meter, "_labelnames", ()))
    for family in Standing(site.reading.bench.state, site.reading.catalog).collect():
        known |= set(getattr(family, "_labelnames", ()))
    for expression in expressions():
        for grouped, matched in _LABELS.findall(expression):
            assert {part.strip() for part in (grouped or matched).split(",")} <= known, expression


@pytest.mark.skipif(PROMTOOL is None, reason="needs promtool, of Debian's package prometheus")
def test_alerts_fire_when_they_should_and_no_sooner(tmp_path: Path) -> None:
    """Each of them, by Prometheus itself."""
    cases = (Path(__file__).parent / "alerts.yml").read_text(encoding="utf-8")
    assert set(re.findall(r"alertname: (\w+)\n", cases)) == {rule["alert"] for rule in RULES}
    (tmp_path / "alerts.yml").write_text(cases.replace("ALERTS", str(DOCS / "alerts.yml")), encoding="utf-8")
    line = [str(PROMTOOL), "test", "rules", str(tmp_path / "alerts.yml")]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("rule", RULES, ids=[rule["alert"] for rule in RULES])
def test_every_alert_has_a_runbook(rule: dict[str, dict[str, str]]) -> None:
    headings = re.findall(r"^## (\w+)$", (DOCS / "runbooks.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert rule["annotations"]["runbook"] == f"runbooks.md#{str(rule['alert']).lower()}"
    assert rule["alert"] in headings
    assert sorted(headings) == sorted(r["alert"] for r in RULES)
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert rule["annotations"]["summary"]
