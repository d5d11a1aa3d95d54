from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from materialized_views.build.overlay import Model, Overlay

MODEL = Model(
    "monthly", "select 1 as n", {"name": "monthly", "config": {"alias": "m", "tags": ["a"]}}, Path("models/a/b")
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("models/a/old.sql", "macros/mine.sql", "seeds/big.csv", "target/manifest.json", ".dbt_ask/state.db"):
        path = tmp_path / "p" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (tmp_path / "p" / "dbt_project.yml").write_text("name: p\n")
    return tmp_path / "p"


def test_all_of_the_project_and_a_model_more(project: Path) -> None:
    aside = MODEL.aside("monthly__aside", schema="trial")
    with Overlay(project, [aside], {"ours.sql": "ours", "mine.sql": "not this"}) as overlay:
        assert (overlay / "models/a/old.sql").read_text() == "models/a/old.sql"
        assert not (overlay / "models/a").is_symlink()  # dbt follows no link to a folder there
        assert (overlay / "seeds").is_symlink()
        assert (overlay / "models/a/b/monthly__aside.sql").read_text() == "select 1 as n"
        (entry,) = yaml.safe_load((overlay / "models/a/b/monthly__aside.yml").read_text())["models"]
        assert entry == {"name": "monthly__aside", "config": {"tags": ["a"], "schema": "trial"}}
        assert (overlay / "macros/mine.sql").read_text() == "macros/mine.sql"
        assert (overlay / "macros/ours.sql").read_text() == "ours"
        assert not (overlay / "target").exists()
        assert not (overlay / ".dbt_ask").exists()
    assert not overlay.exists()
    assert sorted(str(p.relative_to(project)) for p in project.rglob("*.sql")) == [
        "macros/mine.sql",
        "models/a/old.sql",
    ]
    assert (project / "seeds/big.csv").exists()


def test_folders_of_another_name(project: Path) -> None:
    (project / "models").rename(project / "transform")
    (project / "dbt_project.yml").write_text("name: p\nmodel-paths: [transform]\n")
    moved = Model("monthly", "select 1", {"name": "monthly"}, Path("transform/a"))
    with Overlay(project, [moved], {}) as overlay:
        assert sorted(path.name for path in (overlay / "transform/a").iterdir()) == [
            "monthly.sql",
            "monthly.yml",
            "old.sql",
        ]
    assert (project / "transform/a/old.sql").exists()
