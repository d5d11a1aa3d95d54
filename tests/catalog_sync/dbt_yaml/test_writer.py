"""Into a project that dbt built; then dbt reads what was written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from catalog_sync.dbt_yaml.writer import Done, write
from catalog_sync.edits import Edit, Field
from catalog_sync.errors import ArtifactMissing, SourceStale
from catalog_sync.files import write_atomically
from catalog_sync.model import CatalogTable
from tests.catalog_sync.conftest import Tiny, built, tiny

__all__ = ["built", "tiny"]
MARTS = "models/marts/marts.yml"


def edit(table: str, column: str, field: Field, text: str, was: str | None = None) -> Edit:
    return Edit(table, column, field, text, was)


def written(tiny: Tiny, *edits: Edit, dry_run: bool = False) -> Done:
    columns = {table.unique_id: [c.name for c in table.columns] for table in tiny.read()}
    return write(tiny.source(), edits, columns, dry_run=dry_run)


def outcomes(tiny: Tiny, *edits: Edit) -> list[str]:
    return [one.outcome for one in written(tiny, *edits).written]


def parse(tiny: Tiny) -> None:
    env = {**os.environ, "TINY_DUCKDB": str(tiny.root / "tiny.duckdb"), "DBT_PROFILES_DIR": str(tiny.root)}
    dbt = Path(sys.executable).parent / "dbt"
    done = subprocess.run(
        [str(dbt), "--no-use-colors", "--warn-error-options", "{error: [Deprecations]}", "parse"],
        cwd=tiny.root, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def table(tiny: Tiny, name: str) -> CatalogTable:
    return next(t for t in tiny.read() if t.name.name == name)


EVERYWHERE = (
    edit("main.orders", "status", "synonym", "state"),
    edit("main.orders", "amount", "tag", "money"),
    edit("main.orders", "", "description", "All orders: paid or not.", "One row for each order."),
    edit("main.customers", "country", "synonym", "국가"),
    edit("main.customers", "", "tag", "Sales.Core"),
    edit("main.customers", "", "synonym", "buyers"),
    edit("sales_by_country_month", "month", "description", "First day."),
    edit("stg_orders", "", "description", "Orders as they come."),
    edit("stg_orders", "order_id", "tag", "key"),
    edit("raw_orders", "", "description", "Exported each night."),
    edit("regions", "country", "description", "ISO code."),
    edit("customers_history", "", "synonym", "old customers"),
    edit("raw_customers", "country", "synonym", "nation"),
    Edit("main.customers", "country", "value", "대한민국", value="KR"),
    Edit("main.orders", "status", "value", "결제", value="paid"),
)


def test_dbt_reads_what_was_written(tiny: Tiny) -> None:
    done = written(tiny, *EVERYWHERE)
    assert {one.edit.where: one.outcome for one in done.written if one.outcome != "written"} == {}
    parse(tiny)
    orders, customers = table(tiny, "orders"), table(tiny, "customers")
    assert orders.description == "All orders: paid or not."
    amount, status = orders.column("amount"), orders.column("status")
    assert amount is not None
    assert status is not None
    assert (amount.tags, amount.description, status.synonyms) == (("money",), "Price paid, in EUR.", ("state",))
    assert customers.synonyms == ("clients", "고객", "buyers")
    assert customers.tags == ("mart", "Certified", "Sales.Core")
    country = customers.column("country")
    assert country is not None
    assert country.synonyms == ("nation", "나라", "국가")
    assert country.value_synonyms["KR"] == ("Korea", "한국", "대한민국")
    assert status.value_synonyms["paid"] == ("결제",)
    assert table(tiny, "stg_orders").description == "Orders as they come."
    assert table(tiny, "customers_history").synonyms == ("old customers",)
    assert outcomes(tiny, *EVERYWHERE) == ["same"] * len(EVERYWHERE)


def test_the_diff_is_only_what_was_said(tiny: Tiny) -> None:
    before = (tiny.root / MARTS).read_text(encoding="utf-8")
    done = written(tiny, edit("main.orders", "channel", "description", "Web or shop."), dry_run=True)
    assert (tiny.root / MARTS).read_text(encoding="utf-8") == before
    changed = [line for line in done.diff.splitlines() if line[:1] in "+-"]
    assert changed == [f"--- a/{MARTS}", f"+++ b/{MARTS}", "+        description: Web or shop."]


def test_a_text_of_somebody_stays(tiny: Tiny) -> None:
    ours = edit("main.orders", "amount", "description", "Gross.")
    (kept,) = written(tiny, ours).written
    assert (kept.outcome, kept.old) == ("kept", "Price paid, in EUR.")
    older = edit("main.orders", "amount", "description", "Gross.", was="Price in USD.")
    (kept,) = written(tiny, older).written
    assert (kept.outcome, kept.why) == ("kept", "the text was changed since it was looked at")
    seen = edit("main.orders", "amount", "description", "Gross.", was="Price paid,  in EUR.")
    assert outcomes(tiny, seen) == ["written"]
    assert "description: Gross." in (tiny.root / MARTS).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("one", "outcome", "why"),
    [
        (edit("main.nothing", "", "description", "x"), "missing", "no such table"),
        (edit("main.orders", "nothing", "description", "x"), "missing", "no such column"),
        (edit("orders", "", "description", "{{ env_var('SECRET') }}"), "kept", "Jinja"),
        (edit("main.customers", "", "tag", "Tier.Tier2"), "kept", "another text"),
    ],
)
def test_what_is_not_written(tiny: Tiny, one: Edit, outcome: str, why: str) -> None:
    before = (tiny.root / MARTS).read_bytes()
    (done,) = written(tiny, one).written
    assert (done.outcome, why in done.why) == (outcome, True), done.why
    assert (tiny.root / MARTS).read_bytes() == before


def test_doc_blocks_anchors_and_packages_stay(tiny: Tiny) -> None:
    file = tiny.root / MARTS
    text = file.read_text(encoding="utf-8")
    text = text.replace("One row for each order.", "'{{ doc(\"orders\") }}'")
    file.write_text(text.replace("      tags: [mart]\n", "      tags: &t [mart]\n      other: *t\n"), encoding="utf-8")

    def foreign(manifest: dict[str, dict[str, dict[str, str]]]) -> None:
        manifest["nodes"]["model.tiny.stg_orders"]["package_name"] = "other"

    tiny.edit("manifest.json", foreign)
    whys = [one.why for one in written(
        tiny, edit("main.orders", "", "description", "x", was="One row for each order."),
        edit("main.customers", "", "tag", "a"), edit("stg_orders", "", "description", "x"),
    ).written]  # fmt: skip
    assert ["doc block" in whys[0], "anchor" in whys[1], "package other" in whys[2]] == [True] * 3


def test_a_contract_gets_no_column_that_it_has_not(tiny: Tiny) -> None:
    columns = {table.unique_id: [c.name for c in table.columns] + ["extra"] for table in tiny.read()}
    (done,) = write(tiny.source(), [edit("main.orders", "extra", "description", "x")], columns).written
    assert (done.outcome, "contract" in done.why) == ("kept", True)


def test_where_a_new_entry_goes(tiny: Tiny) -> None:
    """In staging nothing is described: one file for the folder. Where each model has a file, one more."""
    done = written(tiny, edit("stg_orders", "", "description", "x"), edit("stg_customers", "", "description", "y"))
    assert {one.to for one in done.written} == {"models/staging/_staging__models.yml"}
    assert done.diff.startswith("--- /dev/null\n+++ b/models/staging/_staging__models.yml")

    def own(manifest: dict[str, dict[str, dict[str, str]]]) -> None:
        manifest["nodes"]["model.tiny.stg_customers"]["patch_path"] = "tiny://models/staging/stg_customers.yml"

    (tiny.root / "models/staging/_staging__models.yml").unlink()
    tiny.edit("manifest.json", own)
    (one,) = written(tiny, edit("stg_orders", "", "description", "x"), dry_run=True).written
    assert one.to == "models/staging/stg_orders.yml"


def test_an_entry_that_dbt_has_not_read_yet_is_found(tiny: Tiny) -> None:
    later = tiny.root / "models" / "later.yaml"
    later.write_text("models:\n  - name: stg_orders  # new\n", encoding="utf-8")
    (one,) = written(tiny, edit("stg_orders", "", "description", "x")).written
    assert one.to == "models/later.yaml"
    assert later.read_text(encoding="utf-8") == "models:\n  - name: stg_orders  # new\n    description: x\n"


def test_line_ends_and_rights_stay(tiny: Tiny) -> None:
    file = tiny.root / MARTS
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    file.chmod(0o640)
    assert outcomes(tiny, edit("main.orders", "channel", "description", "One.\nTwo.")) == ["written"]
    content = file.read_bytes()
    assert content.startswith(b"\xef\xbb\xbfversion: 2\r\n")
    assert content.count(b"\n") == content.count(b"\r\n")
    assert b"description: |-\r\n          One.\r\n          Two.\r\n" in content
    assert file.stat().st_mode & 0o777 == 0o640


def test_who_edits_the_file_meanwhile_wins(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tiny.root / MARTS

    class Meddling:
        def __getitem__(self, _key: str) -> list[str]:
            raise KeyError

        def get(self, _key: str, _default: object) -> list[str]:
            write_atomically(file, "version: 2\n")
            return ["channel"]

    with pytest.raises(SourceStale, match="changed in between"):
        write(tiny.source(), [edit("main.orders", "channel", "description", "x")], Meddling())  # type: ignore[arg-type]
    assert file.read_text(encoding="utf-8") == "version: 2\n"


def test_files_that_are_no_yaml(tiny: Tiny) -> None:
    file = tiny.root / MARTS
    for content in (b"models: [", b"\xff\xfe\x00"):
        file.write_bytes(content)
        (one,) = written(tiny, edit("main.orders", "", "description", "x")).written
        assert one.outcome == "kept"
        assert file.read_bytes() == content


def test_a_path_out_of_the_project(tiny: Tiny) -> None:
    def outside(manifest: dict[str, dict[str, dict[str, str]]]) -> None:
        manifest["nodes"]["model.tiny.stg_orders"]["patch_path"] = "tiny://../outside.yml"

    (tiny.root.parent / "outside.yml").write_text("models: []\n", encoding="utf-8")
    tiny.edit("manifest.json", outside)
    (one,) = written(tiny, edit("stg_orders", "", "description", "x")).written
    assert (one.outcome, "not in the project" in one.why) == ("kept", True)


def test_a_project_that_was_never_parsed(tiny: Tiny) -> None:
    (tiny.target / "manifest.json").unlink()
    with pytest.raises(ArtifactMissing):
        write(tiny.source(), [], {})


def test_own_writes_are_synced_once(tiny: Tiny) -> None:
    tiny.sync()
    assert outcomes(tiny, edit("main.orders", "channel", "description", "Web or shop.")) == ["written"]
    assert tiny.sync().changed == 0  # until dbt has read it
    parse(tiny)
    assert tiny.sync().changed > 0
    manifest = (tiny.target / "manifest.json").stat().st_mtime_ns
    assert outcomes(tiny, edit("main.orders", "channel", "description", "Web or shop.")) == ["same"]
    assert (tiny.target / "manifest.json").stat().st_mtime_ns == manifest
    assert (again := tiny.sync()).changed + again.added + again.embedded == 0
