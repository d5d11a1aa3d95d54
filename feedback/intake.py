"""The way in: what anybody proposes is examined, compared with what is there, and becomes a candidate or nothing.

Against poisoning: SQL goes through the door and runs; the same question with the same query is counted, not stored
again; what a reviewer rejected stays rejected; another result than a near neighbour's is flagged and can't be
published; a person's proposals in a day are limited.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

from sqlalchemy import update

from backends.database import session
from backends.embedder.base import Embedder
from backends.warehouse.base import Rows
from catalog_sync.model import Catalog
from feedback import audit
from feedback.canonical import question_key
from feedback.clusters import Near, cluster_of, nearest
from feedback.drafts import Check, Draft
from feedback.errors import NotAccepted
from feedback.evaluation.compare import compare
from feedback.examine import Examined, Examiner
from feedback.examples import Examples
from feedback.model import ExampleRecord
from feedback.people import Actor
from feedback.rules import Rules

COMPARED_STATES = ("candidate", "in_review", "waiting", "verified", "published")
_MOST_COMPARED = 3


@dataclass(frozen=True)
class Proposal:
    """A question with its SQL, from wherever. `origin` says where: an ask, a file and line, a dbt node."""

    question: str
    sql: str
    source: str = "person"
    language: str = ""
    question_by: str = "person"
    origin: Mapping[str, Any] = field(default_factory=dict)
    seen: int = 1


@dataclass(frozen=True)
class Taken:
    """`how`: created, or known (the same is there: `example` is that one)."""

    how: Literal["created", "known"]
    example: ExampleRecord
    checks: tuple[Check, ...] = ()


class Intake:
    def __init__(self, examples: Examples, examiner: Examiner, embedder: Embedder, rules: Rules = Rules()) -> None:
        self._examples = examples.of(examiner.catalog.project)
        self._examiner = examiner
        self._embedder = embedder
        self._rules = rules

    @property
    def catalog(self) -> Catalog:
        return self._examiner.catalog

    def propose(self, proposal: Proposal, actor: Actor) -> Taken:
        """Raises NotAccepted with the rule: empty, limit, door, runs, rejected."""
        if not proposal.question.strip() or not proposal.sql.strip():
            raise NotAccepted("empty", "an example needs a question and SQL")
        self._check_limit(actor)
        examined = self.examine(proposal.question, proposal.sql)
        if examined.failed:
            raise NotAccepted(examined.failed[0].name, examined.failed[0].says, hint="only what runs is learned from")
        known = self._known(examined)
        if known is not None:
            return self._count(known, proposal, actor)
        return Taken("created", self._examples.create(self._draft(proposal, examined), actor), examined.text.checks)

    def examine(self, question: str, sql: str, but: str = "") -> Examined:
        """With the comparison to its neighbours as the last check. `but` is an example not to compare with."""
        examined = self._examiner.examine(" ".join(question.split()), sql)
        if examined.failed:
            return examined
        return examined.and_check(self._neighbours(examined, self.near(examined.question, but)))

    def near(self, question: str, but: str = "", at_least: float | None = None) -> list[Near]:
        """Examples that nearly ask the same, rejected and retired ones apart. `at_least`: another cosine than the
        rules'."""
        pool = [e for e in self._examples.find(states=COMPARED_STATES, limit=100_000) if e.id != but]
        least = self._rules.near if at_least is None else at_least
        return nearest(question_key(question), pool, self._embedder, least)

    def agreeing(self, example: ExampleRecord) -> frozenset[str]:
        """The near examples whose live rows are the same as this one's current rows, compared now."""
        version = self._examples.version(example.id, example.current)
        rows, _ = self._examiner.run(version.sql)
        if rows is None:
            return frozenset()
        same_question = self._examples.find(question_key=example.question_key, live=True)
        others = {e.id: e for e in (*same_question, *(n.example for n in self.near(example.question, example.id)))}
        live = [(e.id, self._examples.version(e.id, e.live).sql) for e in others.values() if e.live]
        return frozenset(name for name, sql in live if self._same(rows, sql))

    def _neighbours(self, examined: Examined, near: Sequence[Near]) -> Check:
        """The same query with other literals is the same question about something else: no conflict."""
        agree: list[str] = []
        differ: list[str] = []
        for neighbour in near[:_MOST_COMPARED]:
            example = neighbour.example
            version = self._examples.version(example.id, example.live or example.current)
            if version.fingerprint == examined.text.fingerprint or self._same(examined.rows, version.sql):
                agree.append(example.id)
            elif version.template != examined.text.template or question_key(examined.question) == example.question_key:
                differ.append(example.id)
        if differ:
            says = f"{len(differ)} of {len(agree) + len(differ)} near questions give other rows"
            return Check("neighbours", "warn", says, agree=tuple(agree), differ=tuple(differ))
        return Check("neighbours", "ok", f"{len(agree)} near, none differs", agree=tuple(agree))

    def _same(self, rows: Rows | None, sql: str) -> bool:
        others, _ = self._examiner.run(sql)
        return rows is not None and others is not None and compare(rows.rows, others.rows)

    def _known(self, examined: Examined) -> ExampleRecord | None:
        key = question_key(examined.question)
        alike = [e for e in self._examples.by_fingerprint(examined.text.fingerprint) if e.question_key == key]
        if any(e.state == "rejected" for e in alike):
            raise NotAccepted(
                "rejected",
                f"this was rejected before: {next(e.reason for e in alike if e.state == 'rejected')}",
                hint="a reviewer may reopen it:  dbt-ask feedback review "
                f"{next(e.id for e in alike if e.state == 'rejected')[:8]} reopen",
            )
        return next((e for e in alike if e.state not in ("merged", "retired")), None)

    def _count(self, known: ExampleRecord, proposal: Proposal, actor: Actor) -> Taken:
        with session(self._examples.engine) as opened:
            counted = update(ExampleRecord).where(ExampleRecord.id == known.id)
            opened.execute(counted.values(seen=ExampleRecord.seen + proposal.seen))
            after = {"source": proposal.source, "seen": proposal.seen}
            audit.write(opened, actor, "seen_again", known.id, at=self._examples.clock(), after=after)
        return Taken("known", self._examples.get(known.id))

    def _draft(self, proposal: Proposal, examined: Examined) -> Draft:
        key = question_key(examined.question)
        near = self.near(examined.question)
        cluster, role = cluster_of(self._examples, key, examined.text.template, near, self._rules.benchmark_share)
        return Draft(
            project=self._examiner.catalog.project,
            question=examined.question,
            question_key=key,
            text=examined.text,
            cluster=cluster,
            role=role,
            source=proposal.source,
            language=proposal.language or language_of(examined.question),
            question_by=proposal.question_by,
            workspace=examined.workspace,
            domains=examined.domains,
            origin=proposal.origin,
            seen=proposal.seen,
        )

    def _check_limit(self, actor: Actor) -> None:
        if actor.may(("admin", "service", "publisher")):
            return
        since = self._examples.clock() - timedelta(days=1)
        count = self._examples.proposed_since(actor.name, since)
        if count >= self._rules.daily_limit:
            raise NotAccepted(
                "limit",
                f"{actor.name} has proposed {count} examples in a day; {self._rules.daily_limit} are allowed",
                hint="wait, or let a publisher import them; feedback.daily_limit sets the number",
            )


def language_of(question: str) -> str:
    return "ko" if any("가" <= sign <= "힣" for sign in question) else "en"
