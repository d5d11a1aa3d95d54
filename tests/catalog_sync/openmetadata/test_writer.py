"""Writing back, against what servers were seen to do."""

from __future__ import annotations

from typing import Any

import pytest

from catalog_sync.edits import Edit
from catalog_sync.errors import SourceRefused, SourceStale
from catalog_sync.openmetadata.connection import connect
from catalog_sync.openmetadata.rest import Rest
from catalog_sync.openmetadata.testing import FakeOpenMetadata
from catalog_sync.openmetadata.testing.payloads import column, table, tag
from catalog_sync.openmetadata.writer import write

FQN = 'pg.shop.main."fct.orders"'
WHOLE = Edit(FQN, "", "description", "All orders.")
AMOUNT = Edit(FQN, "Amount", "description", "Net of tax.")


@pytest.fixture
def orders(openmetadata: FakeOpenMetadata) -> dict[str, Any]:
    row = table(FQN, [column("id", description="Mine."), column("amount")])
    openmetadata.add(row)
    return openmetadata.store.entities["tables"][row["id"]]


def now(openmetadata: FakeOpenMetadata) -> list[str]:
    row = openmetadata.store.named("tables", FQN)
    return [str(part.get("description", "")) for part in (row, *row["columns"])]


def outcomes(rest: Rest, *edits: Edit, fill: bool = True, **options: Any) -> list[str]:
    return [written.outcome for written in write(rest, edits, fill=fill, **options)]


def asked_models() -> dict[str, Any]:
    from metadata.generated.schema.api.feed.createSuggestion import CreateSuggestionRequest
    from metadata.generated.schema.api.tasks.createTask import CreateTaskRequest
    from metadata.generated.schema.entity.feed.suggestion import Suggestion
    from metadata.generated.schema.entity.tasks.task import Task
    from metadata.generated.schema.type.suggestionPayload import SuggestionPayload

    return {
        "tasks": CreateTaskRequest,
        "suggestions": CreateSuggestionRequest,
        "payload": SuggestionPayload,
        "task": Task,
        "suggestion": Suggestion,
    }


@pytest.mark.parametrize(("version", "kind"), [("2.0.6", "tasks"), ("1.12.3", "suggestions")])
def test_descriptions_are_proposed_once(
    openmetadata: FakeOpenMetadata, orders: Any, monkeypatch: pytest.MonkeyPatch, version: str, kind: str
) -> None:
    openmetadata.quirks.version = version
    rest, sent, models = Rest(connect(openmetadata.block)), [], asked_models()
    post = rest.post
    monkeypatch.setattr(rest, "post", lambda path, body: (sent.append((path, body)), post(path, body)))
    mine = Edit(FQN, "id", "description", "Ours.")
    assert outcomes(rest, WHOLE, AMOUNT, mine, fill=False, dry_run=True) == ["proposed", "proposed", "kept"]
    assert not sent
    assert outcomes(rest, WHOLE, AMOUNT, mine, Edit(FQN, "", "tag", "Sales.Net"), fill=False) == [
        "proposed", "proposed", "kept", "written",
    ]  # fmt: skip
    assert now(openmetadata) == ["", "Mine.", ""]
    assert [path for path, _ in sent] == [f"/{kind}"] * 2
    for _, body in sent:
        models[kind].model_validate(body)
    waiting = list(openmetadata.store.entities[kind].values())
    for row in waiting:
        models[kind.removesuffix("s")].model_validate(row)
    assert outcomes(rest, WHOLE, AMOUNT, fill=False) == ["proposed", "proposed"]
    assert len(sent) == 2
    if kind == "tasks":
        payloads = [models["payload"].model_validate(row["payload"]) for row in waiting]
        assert [(p.fieldPath, p.suggestedValue) for p in payloads] == [
            ("description", "All orders."),
            ("columns.amount.description", "Net of tax."),
        ]
    else:
        assert [row["entityLink"].rpartition(FQN)[2] for row in waiting] == [">", "::columns::amount>"]


def test_a_bot_that_may_not_propose(rest: Rest, openmetadata: FakeOpenMetadata, orders: Any) -> None:
    openmetadata.quirks.forbidden = ("/tasks",)
    with pytest.raises(SourceRefused):
        outcomes(rest, WHOLE, fill=False)


def test_what_is_empty_is_filled(rest: Rest, openmetadata: FakeOpenMetadata, orders: Any) -> None:
    assert outcomes(rest, WHOLE, AMOUNT) == ["written", "written"]
    assert now(openmetadata) == ["All orders.", "Mine.", "Net of tax."]
    assert outcomes(rest, WHOLE, AMOUNT) == ["same", "same"]


def test_nobodys_text_is_overwritten(rest: Rest, openmetadata: FakeOpenMetadata, orders: Any) -> None:
    (written,) = write(rest, [Edit(FQN, "id", "description", "Ours.")])
    assert (written.outcome, written.old) == ("kept", "Mine.")
    assert now(openmetadata)[1] == "Mine."


def test_the_text_that_was_looked_at_gives_way(rest: Rest, openmetadata: FakeOpenMetadata, orders: Any) -> None:
    assert outcomes(rest, Edit(FQN, "id", "description", "Ours.", was="Another.")) == ["kept"]
    assert outcomes(rest, Edit(FQN, "id", "description", "Ours.", was="Mine.")) == ["written"]
    assert now(openmetadata)[1] == "Ours."


@pytest.mark.parametrize("known", [True, False])
def test_tags_are_suggested_beside_those_that_are_there(
    rest: Rest, openmetadata: FakeOpenMetadata, orders: Any, known: bool
) -> None:
    if known:
        orders["tags"] = [tag("Tier.Tier1")]
    else:
        del orders["tags"]
    added = [Edit(FQN, "", "tag", "Sales.Net"), Edit(FQN, "", "tag", "Sales.Gross"), Edit(FQN, "id", "tag", "PII.None")]
    assert outcomes(rest, *added) == ["written"] * 3
    assert outcomes(rest, *added) == ["same"] * 3
    found = openmetadata.store.named("tables", FQN)
    assert [(t["tagFQN"], t["state"]) for t in found["tags"]][-2:] == [
        ("Sales.Net", "Suggested"), ("Sales.Gross", "Suggested"),
    ]  # fmt: skip
    assert len(found["tags"]) == 2 + known
    assert [t["tagFQN"] for t in found["columns"][0]["tags"]] == ["PII.None"]
    assert outcomes(rest, Edit(FQN, "", "tag", "Tier.Tier2")) == ["kept" if known else "written"]


def test_what_openmetadata_has_no_place_for(rest: Rest, orders: Any) -> None:
    (written,) = write(rest, [Edit(FQN, "", "synonym", "sales")])
    assert (written.outcome, "glossary" in written.why) == ("kept", True)


def test_what_is_not_there(rest: Rest, orders: Any) -> None:
    assert outcomes(
        rest, Edit(FQN, "nothing", "description", "x"), Edit("pg.shop.main.nothing", "", "description", "x")
    ) == ["missing", "missing"]


def test_a_dry_run_writes_nothing(rest: Rest, openmetadata: FakeOpenMetadata, orders: Any) -> None:
    assert outcomes(rest, WHOLE, dry_run=True) == ["written"]
    assert now(openmetadata)[0] == ""
    assert not [request for request in openmetadata.requests if request.startswith("PATCH")]


def test_columns_that_the_server_loses_are_written_again(
    rest: Rest, openmetadata: FakeOpenMetadata, orders: Any
) -> None:
    openmetadata.quirks.drop_columns = True
    assert outcomes(rest, WHOLE, AMOUNT) == ["written", "written"]
    assert now(openmetadata) == ["All orders.", "Mine.", "Net of tax."]
    assert len([request for request in openmetadata.requests if request.startswith("PATCH")]) == 2


class Meddling(Rest):
    """Somebody writes between our reading and our writing, `times` times."""

    times = 1

    def patch(self, *args: Any, **kwargs: Any) -> None:
        if self.times:
            self.times -= 1
            self.meddle()
        super().patch(*args, **kwargs)

    def meddle(self) -> None:
        raise NotImplementedError


def test_who_wrote_in_between_wins(rest: Rest, openmetadata: FakeOpenMetadata, orders: Any) -> None:
    class Human(Meddling):
        def meddle(self) -> None:
            row = openmetadata.store.entities["tables"][orders["id"]]
            row.update(description="A human's.", version=row["version"] + 0.1)

    human = Human(rest.connection)
    assert outcomes(human, WHOLE, AMOUNT) == ["kept", "written"]
    assert now(openmetadata) == ["A human's.", "Mine.", "Net of tax."]


def test_columns_that_moved_are_not_mistaken(rest: Rest, openmetadata: FakeOpenMetadata, orders: Any) -> None:
    """By a write that keeps the version: only the test steps see it."""

    class Moved(Meddling):
        def meddle(self) -> None:
            openmetadata.store.entities["tables"][orders["id"]]["columns"].reverse()

    assert outcomes(Moved(rest.connection), AMOUNT) == ["written"]
    row = openmetadata.store.named("tables", FQN)
    assert {c["name"]: c.get("description") for c in row["columns"]} == {"amount": "Net of tax.", "id": "Mine."}


def test_a_table_that_never_rests(rest: Rest, openmetadata: FakeOpenMetadata, orders: Any) -> None:
    class Restless(Meddling):
        times = 9

        def meddle(self) -> None:
            openmetadata.store.entities["tables"][orders["id"]]["version"] += 0.1

    with pytest.raises(SourceStale, match="changed in between"):
        write(Restless(rest.connection), [WHOLE], fill=True)
    assert now(openmetadata)[0] == ""


def test_a_bot_that_may_not_write(rest: Rest, openmetadata: FakeOpenMetadata, orders: Any) -> None:
    openmetadata.quirks.forbidden = ("/tables/" + orders["id"],)
    with pytest.raises(SourceRefused):
        write(rest, [WHOLE], fill=True)
