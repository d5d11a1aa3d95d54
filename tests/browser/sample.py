"""The sample project in use, for the pictures: everything on the screens was made by the product itself.

The people are made up; so is which of them asked, liked, edited and reviewed what. Answers come from the rules alone,
without a language model. The thumbs of the development questions say what the evaluation found.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from benchmarks.views_log import write
from catalog_sync.edits import Edit
from feedback.people import Actor
from plugin.assemble import Workbench
from plugin.evaluations import FOLDER
from plugin.project import find
from plugin.web.accounts import Grant, Viewer
from plugin.web.accounts.actor import actor_of
from plugin.web.app import create_app, make_site
from plugin.web.site import Site
from tests.browser.conftest import free_socket
from tests.support.files import copy_project

SUITE = Path(__file__).parents[2] / "benchmarks" / "questions" / "dev.yml"
SETTINGS = "generator: {preset: rules}\nfeedback: {benchmark_share: 0, gate: false}\n"
PEOPLE = {"mina": ("Mina Park", "admin"), "rob": ("Rob Ellis", "reviewer"), "jisu": ("지수", "reviewer"),
          "ann": ("Ann Weber", "asker"), "omar": ("Omar Diaz", "asker")}  # fmt: skip
ASKED = 40

REVENUE = "What was the revenue of each store in 2019?"
DISPUTED = "How much revenue did each store make in 2019?"
FAN_OUT = "Revenue of beverages and jaffles"
HARD = "Which menu items contain cheese, and at what price do they sell?"
KOREAN = "2020년 매장별 신규 고객은 몇 명인가요?"
ORDERS = "How many orders did Brooklyn get in 2019?"
TEXTS = (
    Edit("shop.shop_monthly_store_sales", "", "synonym", "점포별 매출"),
    Edit("shop.shop_monthly_tweets", "tweet_count", "description", "Number of tweets, replies included.",
         "Number of tweets."),
)  # fmt: skip
_STORES = "select store_name, sum({}) as {} from shop.shop_monthly_store_sales where order_year = {} group by 1"


@dataclass(frozen=True)
class Proposal:
    """`sql`: what somebody wrote instead of the answer's; "" is a thumb up for the answer."""

    question: str
    person: str = "ann"
    sql: str = ""
    published: bool = False


PROPOSALS = (
    Proposal(REVENUE, published=True),
    Proposal(
        "Which market segments brought the most revenue in 1996?",
        sql="select market_segment, sum(revenue) as revenue from supply.supply_monthly_sales where order_year = 1996 "
        "group by 1 order by 2 desc",
        published=True,
    ),
    Proposal(
        "2019년에 팔린 상품 수를 매장별로 알려줘", sql=_STORES.format("item_count", "items", 2019), published=True
    ),
    Proposal(DISPUTED, "omar", _STORES.format("order_total", "revenue", 2019)),
    Proposal(ORDERS),
    Proposal("How many orders did Philadelphia get in 2019?", "omar"),
    Proposal("How many orders did Chicago get in 2020?"),
    Proposal(
        FAN_OUT,
        "omar",
        "select p.product_type, sum(o.revenue) as revenue from shop.shop_orders o join shop.shop_order_items i on "
        "i.order_id = o.order_id join shop.shop_products p on p.product_id = i.product_id group by 1",
    ),
    Proposal(KOREAN, "omar", _STORES.format("new_customer_count", "customers", 2020)),
)


def prepare(project: Path, folder: Path) -> Path:
    """A copy with two evaluations, runs of the jobs and proposed views. Takes some minutes."""
    copy = copy_project(project, folder / "project")
    (copy / ".dbt_ask" / "state.db").unlink(missing_ok=True)
    (copy / "dbt_ask.yml").write_text(SETTINGS, encoding="utf-8")
    for name, without in (("no-values", ("--without", "values")), ("rules", ())):
        kept = str(copy / FOLDER / f"{name}.jsonl")
        _command(copy, "eval", "run", "--suite", str(SUITE), "--way", "rules", *without, "--out", kept)
    for job in ("view-checks", "values-refresh", "retention", "catalog-sync"):
        _command(copy, "jobs", "run", job)
    write(folder / "log.jsonl")
    _command(copy, "views", "mine", "--log", str(folder / "log.jsonl"), "--no-asks")
    _command(copy, "views", "recommend")
    _command(copy, "views", "try")
    return copy


def _command(project: Path, *args: str) -> None:
    program = "import sys; from plugin.main import main; main(sys.argv[1:])"
    done = subprocess.run(
        [sys.executable, "-c", program, *args, "--project-dir", str(project)],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode == 2:
        raise SystemExit(f"dbt-ask {' '.join(args)} failed: {done.stderr}")


@contextmanager
def served(project: Path) -> Iterator[Site]:
    with Workbench(find(project)) as bench, free_socket() as listening:
        site = make_site(bench, f"http://127.0.0.1:{listening.getsockname()[1]}")
        server = uvicorn.Server(uvicorn.Config(create_app(site), log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield site
        server.should_exit = True
        thread.join(30)


def use(site: Site, project: Path) -> dict[str, str]:
    """What the people asked, said and decided; question -> its example."""
    people = {
        login: site.people.add(login, name, "correct horse battery", [Grant(role)])  # type: ignore[arg-type]
        for login, (name, role) in PEOPLE.items()
    }
    _ask_the_suite(site, project, [people[login] for login in ("ann", "omar", "jisu", "rob")])
    made = {}
    for proposal in PROPOSALS:
        viewer = people[proposal.person]
        made[proposal.question] = example = _propose(site, viewer, proposal)
        if proposal.published:
            _publish(site, example, actor_of(people["rob"]), actor_of(people["mina"]))
    for login in ("ann", "jisu", "omar", "rob", "ann"):
        ask(site, people[login], DISPUTED)
    for edit, login in zip(TEXTS, ("jisu", "ann"), strict=True):
        site.reading.bench.feedback.suggestions.propose(edit, actor_of(people[login]))
    site.curation.deliver()
    return made


def ask(site: Site, viewer: Viewer, question: str) -> str:
    job = site.asking.ask(viewer, question)
    job.wait(120)
    return job.ask


def _ask_the_suite(site: Site, project: Path, people: list[Viewer]) -> None:
    """Every third question of it; who got an answer says whether the evaluation found it right."""
    lines = (project / FOLDER / "rules.jsonl").read_text(encoding="utf-8").splitlines()
    results = [entry["result"] for entry in map(json.loads, lines) if "result" in entry]
    for number, result in enumerate(results[::3][:ASKED]):
        viewer = people[number % len(people)]
        asked = ask(site, viewer, result["question"])
        if result["outcome"] == "answer":
            right = bool(result["right"])
            site.feedback.give(asked, "up" if right else "down", actor_of(viewer), reason="" if right else "other")


def _propose(site: Site, viewer: Viewer, proposal: Proposal) -> str:
    record = site.asks.get(ask(site, viewer, proposal.question))
    assert record is not None
    said = {"sql": proposal.sql} if proposal.sql else {}
    heard = site.curation.hear(viewer, record, "edit" if said else "up", actor_of(viewer), **said)
    assert heard.taken is not None, f"{proposal.question}: {heard.refused}"
    return heard.taken.example.id


def _publish(site: Site, example: str, reviewer: Actor, publisher: Actor) -> None:
    site.curation.desk.decide("approve", example, reviewer)
    found = site.curation.examples.get(example)
    site.curation.publish(found, publisher, found.lock)
