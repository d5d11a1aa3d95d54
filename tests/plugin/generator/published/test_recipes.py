"""Each published preset asks what its paper asks, in its order, with its parameters; and whatever fails, it answers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise

import pytest

from backends.errors import ModelError, ModelUnavailable
from backends.llm.scripted import ScriptedLLM
from plugin.generator.presets import Options, build
from plugin.generator.published import PUBLISHED
from tests.plugin.generator.published.conftest import ALL, QUESTION, SQL, Make, Script, ask, rows


@dataclass(frozen=True)
class Expected:
    """One request: the prompt file, and how it is sampled."""

    file: str
    max_tokens: int
    n: int = 1
    temperature: float = 0.0
    stop: tuple[str, ...] = ()


ENDS = ("```", ";")
RECIPES: dict[str, list[Expected]] = {
    "text2sql": [Expected("bird.md", 512, stop=ENDS)],
    "c3": [
        Expected("c3_tables.md", 200, n=10, temperature=0.7),
        Expected("c3_columns.md", 400, n=10, temperature=0.7),
        Expected("c3.md", 256, n=20, temperature=1.0, stop=ENDS),
    ],
    "dail-sql": [Expected("dail.md", 200, stop=ENDS)] * 2,
    "din-sql": [
        Expected("din_links.md", 600, stop=("Q:",)),
        Expected("din_class.md", 600, stop=("Q:",)),
        Expected("din_non_nested.md", 600, stop=("Q:",)),
        Expected("din_correct.md", 350, stop=("Q:", ";")),
    ],
    "mac-sql": [Expected("mac_decompose.md", 600)],
    "pet-sql": [Expected("pet.md", 200, stop=ENDS)] * 2,
    "tag": [Expected("tag.md", 512, stop=ENDS), Expected("rows_answer.md", 200)],
    "text2sql-lm": [Expected("rows_sql.md", 512, stop=ENDS), Expected("rows_answer.md", 200)],
    "rag": [Expected("rows_answer.md", 200)],
    "dbcopilot": [
        Expected("copilot_route.md", 60, n=10, temperature=1.0),
        Expected("copilot.md", 256, stop=ENDS),
    ],
    "aws-loop": [Expected("aws.md", 512)],
    "aws-ops": [Expected("aws.md", 512)],
    "pinterest": [Expected("pick_tables.md", 120), Expected("pinterest.md", 512)],
    "querygpt": [
        Expected("pick_tables.md", 120),
        Expected("prune_columns.md", 400),
        Expected("querygpt.md", 512),
    ],
    "querygpt-v1": [Expected("querygpt.md", 512)],
    "codes": [Expected("codes.md", 256, stop=ENDS)],
    "codes-icl": [Expected("codes_shots.md", 256, stop=ENDS)],
}
REPLIES = {
    "c3_tables.md": '["orders", "stores", "ghosts"]',
    "c3_columns.md": '{"orders": ["order_id", "store_id"], "stores": ["store_name", "store_id"]}',
    "din_links.md": "It needs orders.\nSchema_links: [orders.*, stores.store_name, Brooklyn]",
    "din_class.md": 'It needs a JOIN.\nLabel: "NON-NESTED"',
    "rows_answer.md": "The Brooklyn store had 2 orders.",
    "copilot_route.md": "orders | stores",
    "pick_tables.md": '["orders", "stores"]',
    "prune_columns.md": '{"orders": ["order_id"], "stores": ["store_name"]}',
    "pinterest.md": json.dumps({"query": f"-- {QUESTION}\n{SQL}", "explanation": ""}),
    "querygpt.md": json.dumps({"sql": SQL, "explanation": "It counts the orders of one store."}),
}
# The step that writes the statement: without it there is none. Where a loop follows, a reply without a statement is
# mended, but not a request that the model refuses.
WRITES = {"text2sql": 0, "text2sql-lm": 0, "tag": 0, "dail-sql": 1, "din-sql": 2, "pet-sql": 1, "dbcopilot": 1,
          "querygpt": 2, "querygpt-v1": 0}  # fmt: skip
ASKS_AGAIN = {"mac-sql": 0, "codes": 0, "codes-icl": 0, "aws-loop": 0, "aws-ops": 0, "pinterest": 1}
FALLBACKS = {
    "c3": ["no samples: one vote on tables, not 10", "no samples: one vote on columns, not 10",
           "no samples: one greedy statement, not 20 that vote"],
    "dail-sql": ["no examples: zero-shot, without examples of questions and their SQL"],
    "pet-sql": ["no examples: zero-shot, without examples of questions and their SQL",
                "no models: one model, so no cross vote"],
    "codes-icl": ["no examples: zero-shot, without examples of questions and their SQL"],
    "dbcopilot": ["no grammar, no samples: the search routes, without a decoding to legal names"],
    "pinterest": ["no human: the tables are taken as proposed"],
    "querygpt": ["no examples: zero-shot, without examples of questions and their SQL",
                 "no human: the tables are taken as proposed"],
    "querygpt-v1": ["no examples: zero-shot, without examples of questions and their SQL"],
}  # fmt: skip


STATEMENTS = (
    "bird.md", "c3.md", "dail.md", "din_non_nested.md", "din_correct.md", "mac_decompose.md", "mac_refine.md", "pet.md",
    "codes.md", "codes_shots.md", "tag.md", "rows_sql.md", "copilot.md", "aws.md", "aws_fix.md", "pinterest.md",
    "pinterest_fix.md", "querygpt.md",
)  # fmt: skip


def replies() -> dict[str, str]:
    return dict(REPLIES)


def test_every_preset_has_its_recipe_here() -> None:
    assert set(RECIPES) == set(PUBLISHED)


@pytest.mark.parametrize("preset", RECIPES)
def test_the_requests_are_the_recipe(make: Make, preset: str) -> None:
    script = Script(replies())
    done = ask(preset, make(script))
    asked = [Expected(f, s.max_tokens, s.n, s.temperature, s.stop) for f, s, _ in script.calls]
    assert asked == RECIPES[preset]
    assert done.verdict
    assert done.verdict.status == "answered"
    assert done.sentence
    assert preset == "rag" or rows(done) == ((2,),)


@pytest.mark.parametrize("preset", RECIPES)
@pytest.mark.parametrize("failure", ["I would rather talk about the weather.", ModelError("the prompt is too long")])
def test_a_failure_at_any_step_degrades(make: Make, preset: str, failure: str | ModelError) -> None:
    for step, expected in enumerate(RECIPES[preset]):
        fails = {step: [failure] * expected.n if isinstance(failure, str) and expected.n > 1 else failure}
        done = ask(preset, make(Script(replies(), fails)))
        assert done.verdict, expected.file
        assert done.sentence
        lost = step == WRITES.get(preset) or (step == ASKS_AGAIN.get(preset) and isinstance(failure, ModelError))
        assert done.verdict.status == ("failed" if lost else "answered"), expected.file


@pytest.mark.parametrize("preset", RECIPES)
def test_a_model_that_is_gone_is_not_hidden(make: Make, preset: str) -> None:
    with pytest.raises(ModelUnavailable):
        ask(preset, make(Script(fails={0: ModelUnavailable("gone")})))


@pytest.mark.parametrize("preset", RECIPES)
def test_what_can_not_be_had_is_substituted_and_said(make: Make, preset: str) -> None:
    services = make(Script(replies()), frozenset(), with_examples=False)
    done = ask(preset, services)
    assert preset == "rag" or rows(done) == ((2,),)
    assert list(done.substituted) == FALLBACKS.get(preset, [])
    assert isinstance(services.llm, ScriptedLLM)
    assert all(c.sampling.n == 1 and c.messages[-1].role == "user" for c in services.llm.calls)


@pytest.mark.parametrize(
    ("preset", "most"),
    [
        ("text2sql", 1),
        ("c3", 7),
        ("dail-sql", 2),
        ("din-sql", 4),
        ("mac-sql", 4),
        ("pet-sql", 2),
        ("codes", 2),
        ("aws-loop", 4),
        ("pinterest", 3),
        ("querygpt", 3),
        ("dbcopilot", 2),
        ("tag", 1),
        ("text2sql-lm", 1),
    ],
)
def test_loops_end_at_their_bound(make: Make, preset: str, most: int) -> None:
    wrong = "SELECT nothing FROM nowhere"
    script = Script({**replies(), **dict.fromkeys(STATEMENTS, wrong)})
    done = ask(preset, make(script))
    assert done.verdict
    assert (done.verdict.status, done.verdict.reason) == ("failed", "no_sql")
    assert len(script.calls) == most


@pytest.mark.parametrize("preset", RECIPES)
def test_a_request_to_change_data_reaches_no_model(make: Make, preset: str) -> None:
    script = Script()
    done = ask(preset, make(script), "delete all orders")
    assert done.verdict
    assert done.verdict.reason == "change_data"
    assert not script.calls


@pytest.mark.parametrize("preset", RECIPES)
def test_private_values_reach_no_prompt_and_no_answer(make: Make, preset: str) -> None:
    services = make(Script({**replies(), **dict.fromkeys(STATEMENTS, "SELECT customer_name FROM customers")}))
    done = ask(preset, services, "What is the name of customer 1?")
    assert isinstance(services.llm, ScriptedLLM)
    assert not any("Ann" in p for p in services.llm.prompts)
    assert "Ann" not in str(done)
    assert done.verdict
    assert preset == "rag" or (done.verdict.status, done.verdict.reason) == ("refused", "pii")


def test_second_draws_are_other_draws(make: Make) -> None:
    script = Script({**replies(), "c3.md": "SELECT nothing FROM nowhere"})
    ask("c3", make(script))
    seeds = [s.seed for f, s, _ in script.calls if f == "c3.md"]
    assert len(seeds) == 5
    assert all(b - a >= 20 for a, b in pairwise(seeds))


def test_the_largest_result_wins(make: Make) -> None:
    draws = [SQL] * 6 + ["SELECT COUNT(*) FROM orders"] * 9 + ["SELECT order_id FROM nowhere"] * 5
    done = ask("c3", make(Script({**replies(), "c3.md": draws})))
    assert rows(done) == ((4,),)
    assert done.verdict
    assert done.verdict.confidence == 0.45


def test_models_vote_where_there_are_several(make: Make) -> None:
    others = tuple(ScriptedLLM(lambda *_: " COUNT(*) FROM orders\n```", id=f"other{n}") for n in range(2))
    done = ask("pet-sql", make(Script(), ALL, others=others))
    assert rows(done) == ((4,),)
    assert {c.origin for c in done.candidates} == {f"generate.each_model/{m}" for m in ("scripted", "other0", "other1")}


@pytest.mark.parametrize("preset", RECIPES)
def test_options_build_it(preset: str) -> None:
    assert build(preset, Options()).needs >= {"llm"}
