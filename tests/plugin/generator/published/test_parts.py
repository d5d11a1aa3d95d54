"""Single parts of the published presets: what each does beyond its place in a recipe."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backends.llm.scripted import ScriptedLLM
from plugin.generator.ask import Ask, Candidate, TableSlice, Verdict
from plugin.generator.check.semantic import Semantic
from plugin.generator.check.stages import Execution
from plugin.generator.deliver.sentence import Sentence
from plugin.generator.deliver.told import Told
from plugin.generator.link.probed import Probed
from plugin.generator.link.recall import ColumnRecall
from plugin.generator.link.routed import OneSchema
from plugin.generator.link.selected import Selector
from plugin.generator.link.whole import WholeSchema
from plugin.generator.needs import available, substitutions
from plugin.generator.presets import Options, build
from plugin.generator.remember import Memory, Remembered
from plugin.generator.reply import json_of, names_in, sql_of
from plugin.generator.route.graph import databases, grammar
from plugin.generator.route.hybrid import Hybrid
from plugin.generator.route.summaries import Summaries
from plugin.generator.route.workspaces import Workspaces
from plugin.generator.stage import Services
from tests.plugin.generator.published.conftest import ALL, QUESTION, SQL, Make, Script, ask, rows
from tests.support.catalogs import shop


def linked(services: Services, question: str = QUESTION) -> Ask:
    return WholeSchema()(Ask(question), services)


def columns(done: Ask, table: str) -> tuple[str, ...]:
    return next(s.columns for s in done.slices if s.table.name.name == table)


@pytest.mark.parametrize(
    ("reply", "sql"),
    [
        ("```sql\nSELECT 1\n```", "SELECT 1"),
        ("SQL: SELECT 1;", "SELECT 1"),
        ("<think>SELECT 9?</think>Sure:\nSELECT 1", "SELECT 1"),
        ('Here it is: {"explanation": "one", "fixed_query": "SELECT 1;"}', "SELECT 1"),
        ('```json\n{"sql": "SELECT 1",}\n```', "SELECT 1"),
        ("I can't.", ""),
    ],
)
def test_statements_are_read_from_any_reply(reply: str, sql: str) -> None:
    assert sql_of(reply) == sql


def test_behind_steps_the_last_statement_counts() -> None:
    steps = "Sub question 1\n```sql\nSELECT 1\n```\nSub question 2\n```sql\nSELECT 2\n```"
    assert sql_of(steps, last=True) == "SELECT 2"
    assert sql_of("Intermediate_representation: SELECT a.b\nSQL: SELECT b FROM a", last=True) == "SELECT b FROM a"


def test_json_and_names_are_read_from_any_reply() -> None:
    assert json_of('So: {"a": ["b", ],} I hope.') == {"a": ["b"]}
    assert json_of("none") is None
    assert names_in("stores, then Orders (not ordersx)", ["orders", "stores", "regions"]) == ("stores", "orders")


def test_a_filter_by_the_model_is_settled_before_the_statement_runs(make: Make) -> None:
    sql = "SELECT COUNT(*) FROM stores WHERE LLM_FILTER(store_name, 'lies by a lake') AND store_id < 5"
    script = Script({"tag.md": sql, "tag_filter.md": "[2]", "rows_answer.md": "One store does: 1."})
    done = ask("tag", make(script), "How many stores lie by a lake?")
    assert rows(done) == ((1,),)
    assert "IN ('Chicago')" in done.candidates[0].sql
    assert done.sentence == "One store does: 1."
    assert script.files == ["tag.md", "tag_filter.md", "rows_answer.md"]


def test_a_map_by_the_model_becomes_a_case(make: Make) -> None:
    services = make(Script({"tag_map.md": "1: AS\n2: EU"}))
    candidate = Candidate(
        "SELECT LLM_MAP(region_name, 'two letters') AS code, COUNT(*) FROM regions GROUP BY 1", "test"
    )
    done = Execution()(Semantic()(Ask("q", candidates=(candidate,)), services), services)
    assert sorted(done.candidates[0].rows.rows) == [("AS", 1), ("EU", 1)]  # type: ignore[union-attr]


def test_only_values_that_other_conditions_leave_are_asked_and_no_more_than_the_bound(make: Make) -> None:
    services = make(Script({"tag_filter.md": "[1, 2, 9]"}))
    sql = "SELECT order_id FROM orders WHERE LLM_FILTER(status, 'is done') AND status <> 'open'"
    done = Semantic()(Ask("q", candidates=(Candidate(sql, "test"),)), services)
    assert isinstance(services.llm, ScriptedLLM)
    assert "1. shipped" in services.llm.prompts[0]
    assert "open" not in services.llm.prompts[0]
    assert not done.dropped
    wider = Candidate("SELECT 1 FROM orders WHERE LLM_FILTER(order_id, 'is prime')", "test")
    done = Semantic(batch=2, most=3)(Ask("q", candidates=(wider,)), services)
    assert len(services.llm.calls) == 1 + 2
    assert "of 4 values only the 3 nearest" in done.dropped[0]


def test_the_model_is_not_asked_about_private_values(make: Make) -> None:
    script = Script({"tag.md": "SELECT COUNT(*) FROM customers WHERE LLM_FILTER(customer_name, 'is a woman')"})
    done = ask("tag", make(script), "How many customers are women?")
    assert done.verdict
    assert (done.verdict.status, done.verdict.reason) == ("refused", "pii")
    assert script.files == ["tag.md"]


def test_a_sentence_with_a_number_of_its_own_is_not_shown(make: Make) -> None:
    script = Script({"rows_answer.md": "There were 17 orders."})
    done = ask("tag", make(script))
    assert "17" not in done.sentence
    assert any("17 is in no row" in line for line in done.dropped)
    done = ask("text2sql-lm", make(Script({"rows_answer.md": "There were 17 orders."})))
    assert done.sentence == "There were 17 orders."


def test_rows_that_do_not_fit_are_left_out_and_counted(make: Make) -> None:
    services = make(Script({"rows_answer.md": "Four."}))
    ran = Execution()(Ask("q", candidates=(Candidate("SELECT order_id FROM orders", "test"),)), services).candidates[0]
    answered = Ask("q", verdict=Verdict("answered", 1.0, ran))
    Told(tokens=4)(Sentence()(answered, services), services)
    assert isinstance(services.llm, ScriptedLLM)
    assert "(3 more rows)" in services.llm.prompts[0]


def test_tables_that_share_a_key_are_one_database() -> None:
    found = databases(shop(), shop().names())
    assert len({found[name] for name in ("customers", "orders", "regions", "stores")}) == 1
    assert found["monthly_sales"] != found["orders"]


def test_the_grammar_holds_names_of_one_database() -> None:
    assert grammar([["a", 'b"c'], ["d"]], most=3).splitlines() == [
        "root ::= d0 | d1",
        'd0 ::= t0 (" | " t0){0,2}',
        't0 ::= "a" | "b\\"c"',
        'd1 ::= t1 (" | " t1){0,2}',
        't1 ::= "d"',
    ]


def test_of_several_schemas_the_model_names_one(make: Make) -> None:
    routed = Hybrid(most=30)(Ask(QUESTION), make(Script()))
    several = routed.add(schemas=(("orders", "stores"), ("monthly_sales",)))
    for said, table in (("[1]", "monthly_sales"), ("[7]", "monthly_sales"), ("no idea", "orders")):
        script = Script({"copilot_choose.md": f"Let me see. {said}"})
        done = OneSchema()(several, make(script))
        assert done.slices[0].table.name.name in {table, "stores"}
        assert script.files == ["copilot_choose.md"]


def test_a_workspace_is_chosen_where_there_are_several(make: Make) -> None:
    services = make(Script({"workspaces.md": "the money workspace"}))
    spaces = {"orders": "money", "monthly_sales": "money"}
    catalog = services.catalog.with_tables(
        tuple(replace(t, workspace=spaces.get(t.name.name, "places")) for t in services.catalog)
    )
    services = replace(services, catalog=catalog)
    done = Workspaces()(Hybrid(most=30)(Ask(QUESTION), services), services)
    assert done.workspaces == ("money",)
    assert {r.table.name.name for r in done.routes} <= set(spaces)


def test_a_tables_own_document_outweighs_queries(make: Make) -> None:
    done = Summaries(floor=0.0, strong=0.0)(Ask("orders"), make(Script()))
    assert done.routes[0].table.name.name == "orders"
    assert all(a.score >= b.score for a, b in zip(done.routes, done.routes[1:], strict=False))


def test_a_person_may_edit_the_tables(make: Make) -> None:
    def only_orders(before: Ask) -> Ask:
        return before.add(routes=tuple(r for r in before.routes if r.table.name.name == "orders"))

    script = Script(
        {"pick_tables.md": '["orders", "stores"]', "pinterest.md": '{"query": "SELECT COUNT(*) FROM orders"}'}
    )
    services = make(script, ALL, confirm=only_orders)
    done = ask("pinterest", services)
    assert [s.table.name.name for s in done.slices] == ["orders"]
    assert not done.substituted


def test_the_selector_keeps_drops_and_pads(make: Make) -> None:
    reply = '{"orders": ["status"], "stores": "keep_all", "regions": "drop_all"}'
    services = make(Script({"mac_selector.md": reply}))
    done = Selector(mean=0, total=0, columns=2)(linked(services), services)
    assert columns(done, "orders") == ("order_id", "customer_id", "store_id", "status")  # padded, and its keys
    assert columns(done, "stores") == ("store_id", "store_name", "region_id")
    assert columns(done, "regions") == ("region_id", "region_name")
    assert len(columns(done, "monthly_sales") if "monthly_sales" in str(done.slices) else ()) in (0, 4)


def test_a_small_schema_is_not_cut(make: Make) -> None:
    script = Script()
    services = make(script)
    assert Selector()(linked(services), services).slices == linked(services).slices
    assert not script.calls


def test_votes_on_columns_keep_the_keys(make: Make) -> None:
    votes = ['{"orders": ["amount", "status"]}'] * 6 + ['{"orders": {"order_date": "when"}}'] * 3 + ["none"]
    services = make(Script({"c3_columns.md": votes}))
    done = ColumnRecall(keep=2)(linked(services), services)
    assert columns(done, "orders") == ("order_id", "customer_id", "store_id", "amount", "status")


def test_without_a_probe_that_parses_words_choose_the_tables(make: Make) -> None:
    services = make(Script())
    done = Probed()(linked(services).add(probe="SELECT FROM ("), services)
    assert {s.table.name.name for s in done.slices} == {"orders", "stores"}
    done = Probed()(linked(services).add(probe="SELECT 1 FROM regions"), services)
    assert [s.table.name.name for s in done.slices] == ["regions"]


def test_the_same_question_is_asked_once_and_only_of_the_same_catalogue(make: Make) -> None:
    script = Script()
    services = make(script)
    pipeline = Remembered(build("text2sql", Options()), Memory())
    assert rows(pipeline(Ask(QUESTION), services)) == ((2,),)
    again = pipeline(Ask(f"  {QUESTION.upper()}"), services)
    assert rows(again) == ((2,),)
    assert again.candidates[0].origin == "cache"
    assert len(script.calls) == 1
    fewer = services.catalog.with_tables(services.catalog.tables[1:])
    pipeline(Ask(QUESTION), replace(services, catalog=fewer))
    pipeline(Ask(f"{QUESTION} In 2020?"), services)
    assert len(script.calls) == 3


def test_memory_is_bounded() -> None:
    memory = Memory(capacity=2)
    for key in "abc":
        memory.keep((key,), f"SELECT '{key}'", 1.0)
    assert memory.find(("a",)) is None
    assert memory.find(("c",)) == ("SELECT 'c'", 1.0)


def test_substitutions_are_known_before_a_run(make: Make) -> None:
    bare = make(Script(), frozenset(), with_examples=False)
    there = available(bare)
    assert there == {"llm", "embeddings", "index", "execution"}
    assert available(make(Script(), others=(bare.llm,), confirm=lambda a: a)) == there | {
        "models", "human", "examples", "grammar", "logprobs", "samples",
    }  # fmt: skip
    assert substitutions(build("c3", Options()), there) == ask("c3", bare).substituted


def test_a_prompt_that_does_not_fit_loses_examples_first(make: Make) -> None:
    services = make(Script())
    whole = ask("dail-sql", services)
    room = whole.prompts[-1].tokens - 1
    done = ask("dail-sql", replace(services, llm=ScriptedLLM(Script(), context_tokens=room + 200 + 64)))
    assert (len(whole.shots), len(done.shots)) == (3, 2)
    assert done.slices == whole.slices
    assert done.prompts[-1].tokens <= room


def test_a_slice_of_a_table_is_all_that_is_written(make: Make) -> None:
    from plugin.generator.compose.schemas import LAYOUTS

    catalog = shop()
    orders = next(t for t in catalog if t.name.name == "orders")
    shown = Ask(QUESTION, slices=(TableSlice(orders, ("order_id", "amount"), 1.0),))
    for layout in LAYOUTS.values():
        text = layout(shown)
        assert "order_id" in text
        assert "amount" in text
        assert "status" not in text


def test_equal_samples_run_once(make: Make) -> None:
    services = make(Script())
    ran: list[str] = []

    class Counting:
        dialect = services.warehouse.dialect

        def explain(self, sql: str) -> object:
            return services.warehouse.explain(sql)

        def query(self, sql: str, limits: object) -> object:
            ran.append(sql)
            return services.warehouse.query(sql)

    done = ask("c3", replace(services, warehouse=Counting()))
    assert rows(done) == ((2,),)
    assert ran.count(SQL) == 1
