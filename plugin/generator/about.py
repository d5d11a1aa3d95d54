"""Where each preset comes from, what was published of it, in what ours differs: what `docs/presets.md` is made from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from plugin.generator.combinators import Loop
from plugin.generator.needs import ALWAYS, Preferred, parts
from plugin.generator.stage import Kind, Stage

ROOMS: tuple[Kind, ...] = (
    "understand", "route", "retrieve", "link", "compose", "generate", "check", "choose", "deliver",
)  # fmt: skip
_PROMPTED = "What the paper trained is asked of the model that is set"


@dataclass(frozen=True)
class About:
    """`requests` are those to the model, of one question that goes well; `figure` is execution accuracy where nothing
    else is said, with what it was measured on."""

    title: str
    source: str
    requests: str
    figure: str
    differs: tuple[str, ...] = ()


ABOUT: Mapping[str, About] = {
    "default": About(
        "offline: embedded model on two cores",
        "this project",
        "0 where rules understand every word, else 1; 2 where the statement fails",
        "",
        ("`offline` is another name of it.",),
    ),
    "quality": About(
        "three prompts that vote by their results, for a larger model",
        "this project",
        "3; up to 2 more where nothing runs",
        "",
    ),
    "warehouse": About(
        "hundreds of tables: workspaces, views, confirmation, three repairs",
        "this project",
        "1, 2 where tables of several workspaces are found; up to 3 more where the statement fails",
        "",
    ),
    "rules": About("no model at all", "this project", "0", ""),
    "plain": About("one prompt with every base table, the baseline", "this project", "1", ""),
    "codes": About(
        "CodeS, zero-shot",
        "Li et al. 2024 (SIGMOD), arXiv 2402.16347",
        "1; 2 where the first statement can't be planned",
        "85.4 % Spider dev, CodeS-7B fine-tuned; 77.9 % CodeS-1B",
        (
            f"{_PROMPTED}.",
            "The index stands for the schema classifier.",
            "Beams are a greedy statement and three samples, drawn only where the first can't be planned.",
        ),
    ),
    "codes-icl": About(
        "CodeS with three examples",
        "Li et al. 2024 (SIGMOD), arXiv 2402.16347",
        "1; 2 where the first statement can't be planned",
        "57.4 % test suite, Spider dev, CodeS-1B, three examples",
        (
            "As `codes`.",
            "Examples are shown as question and statement, without the schema of their own database.",
            "The likeness is that of the embedder that is set.",
        ),
    ),
    "pet-sql": About(
        "PET-SQL",
        "Li et al. 2024, arXiv 2403.09732",
        "2; the second of each model where there are several",
        "87.6 % Spider test, five models",
        (
            "The vote is the naive one, over the models that are set.",
            "Cells of the first three rows are cut, and none is shown of a column whose values are withheld.",
        ),
    ),
    "tag": About(
        "TAG, table-augmented generation",
        "Biswal et al. 2024, arXiv 2408.14717",
        "2, and 1 for each 20 distinct values that a function of the model judges",
        "55 % exact match on TAG-Bench by pipelines written by hand, Llama-3.1-70B",
        (
            "The pipeline is not written by hand: the model writes its own functions into the statement.",
            "They are settled before the statement runs, so that counting, ordering and limits stay the engine's.",
            "Filters and maps only; no semantic join, ranking or summary of groups.",
            "A sentence with a number that no row holds is not shown.",
        ),
    ),
    "text2sql": About(
        "Text2SQL, a baseline of TAG",
        "Biswal et al. 2024, arXiv 2408.14717",
        "1",
        "at most 20 % exact match on TAG-Bench, Llama-3.1-70B",
        ("The whole result is the answer, not its first column.",),
    ),
    "text2sql-lm": About(
        "Text2SQL + LM, a baseline of TAG",
        "Biswal et al. 2024, arXiv 2408.14717",
        "2",
        "at most 20 % exact match on TAG-Bench, Llama-3.1-70B",
        (
            "Rows beyond 3000 tokens are left out, and the prompt says how many; the paper's prompt then fails.",
            "The model reckons in its head, as in the paper: its sentence is not checked.",
        ),
    ),
    "rag": About(
        "RAG over rows, a baseline of TAG",
        "Biswal et al. 2024, arXiv 2408.14717",
        "1",
        "near 0 % exact match on TAG-Bench, Llama-3.1-70B",
        (
            "Of each table the first 200 rows are embedded when asked: there is no index of rows.",
            "It writes no SQL, so its execution accuracy is 0 by definition.",
        ),
    ),
    "dbcopilot": About(
        "DBCopilot",
        "Wang et al. 2025 (EDBT), arXiv 2312.03463",
        "2 (10 samples, then 1); 3 where tables of several databases are found",
        "85.0 % of Spider's questions routed to the right database (no execution accuracy)",
        (
            f"{_PROMPTED}: it names tables, held by a grammar to those that the search found.",
            "Ten samples stand for diverse beams.",
            "Tables that hang together by keys are one database.",
        ),
    ),
    "aws-loop": About(
        "Robust text-to-SQL, AWS",
        "aws-samples/text-to-sql-for-athena, 2024",
        "1; up to 3 more where the statement fails",
        "",
        (
            "Each correction is told every statement and error so far; the sample's own repeats the same prompt.",
            "After the last attempt the answer is that there is none, not the failing statement.",
            "Hybrid search over the catalogue, not vectors alone. Time limits, no fixed waits.",
        ),
    ),
    "aws-ops": About(
        "Best practices of text-to-SQL, AWS",
        "AWS blog, 2024",
        "0 for a question that was answered before; else as `aws-loop`",
        "",
        (
            "`aws-loop` with views before base tables and a memory of statements. It runs them again, so its rows are "
            "never old, and no role sees another's.",
            "Only the same question is answered from memory; one that is merely alike is not.",
            "The memory lasts as long as the process. Metering, refresh and freshness are the house's own.",
        ),
    ),
    "pinterest": About(
        "Text-to-SQL in Querybook, Pinterest",
        "pinterest/querybook; blog, 2024",
        "2; 1 more where the statement fails",
        "above 40 % of first answers accepted by users",
        (
            "Documents of the catalogue stand for summaries by a model, verified examples for query logs.",
            "Score thresholds are shares of the best score: cosines of embedders are not comparable.",
            "The statement is checked by running it; the product waits for the user to run it.",
        ),
    ),
    "querygpt": About(
        "QueryGPT, Uber",
        "Uber blog, September 2024",
        "3; 4 where tables of several workspaces are found",
        "78 % of users say that it saves them time",
        (
            "Business rules are the notes that rules make: what values, names and periods mean here.",
            "The agents for validation and better questions, experiments of the post, are left out.",
        ),
    ),
    "querygpt-v1": About("QueryGPT's first version, Uber", "Uber blog, September 2024", "1", "", ("As `querygpt`.",)),
    "din-sql": About(
        "DIN-SQL",
        "Pourreza and Rafiei 2023 (NeurIPS), arXiv 2304.11015",
        "4",
        "82.8 % Spider dev, GPT-4",
        (
            "Three or four demonstrations a step, over an invented schema, instead of 7 to 14 over Spider's: the "
            "paper's prompts exceed 4k tokens.",
            "Self-correction in its generic wording, which the paper has for weaker models.",
            "Replies are read tolerantly, not cut by position: a nested question without sub-questions goes on.",
        ),
    ),
    "c3": About(
        "C3",
        "Dong et al. 2023, arXiv 2307.07306",
        "3 (10, 10 and 20 samples); up to 4 more of 20",
        "81.8 % Spider dev, gpt-3.5",
        (
            "Its two tips speak Spider's taste and can hurt elsewhere. They stand in this preset alone.",
            "Draws that differ in DISTINCT vote together as in the paper, but the larger part of the winning cluster "
            "then decides on DISTINCT.",
            "Replies are read as JSON, never evaluated.",
        ),
    ),
    "dail-sql": About(
        "DAIL-SQL",
        "Gao et al. 2024 (VLDB), arXiv 2308.15363",
        "2",
        "83.1 % Spider dev, GPT-4",
        (
            "Words are linked by our own terms (English and Korean), without a CoreNLP server.",
            "Skeletons of statements are compared on syntax trees.",
            "An example is masked by the names and literals of its own statement.",
        ),
    ),
    "mac-sql": About(
        "MAC-SQL",
        "Wang et al. 2025 (COLING), arXiv 2312.11242",
        "1, 2 on a large schema; up to 3 more where the statement fails",
        "86.75 % Spider dev, 59.59 % BIRD test, GPT-4",
        (
            "Value examples are those of the catalogue, of columns whose values may be read.",
            "The refiner mends errors only, as the paper does on Spider.",
        ),
    ),
}

SAME: Mapping[str, str] = {"offline": "default"}
"""Another name -> the preset's own."""


def rooms(pipeline: Stage) -> dict[str, list[str]]:
    """Room -> its stages in their order; a stage that stands twice is said once, a loop says how often it turns."""
    found: dict[str, list[str]] = {room: [] for room in ROOMS}
    for stage, times in _walk(pipeline, 1):
        said = stage.name.partition(".")[2] + (f" (up to {times} times)" if times > 1 else "")
        if said not in found[stage.kind]:
            found[stage.kind].append(said)
    return found


def substitutes(pipeline: Stage) -> list[str]:
    """What stands in for what may not be there, in the words that the receipt has."""
    found: list[str] = []
    _declared(pipeline, found)
    return list(dict.fromkeys(found))


def _walk(stage: Stage, times: int) -> Iterator[tuple[Stage, int]]:
    if stage.kind != "combinator":
        yield stage, times
    inside: Any = (stage.stage,) if isinstance(stage, Preferred) else parts(stage)
    turns = times * stage.most if isinstance(stage, Loop) else times
    for part in inside:
        yield from _walk(part, turns)


def _declared(stage: Stage, found: list[str]) -> None:
    if isinstance(stage, Preferred):
        found.append(stage.lacks(ALWAYS))
    for part in parts(stage):
        _declared(part, found)
