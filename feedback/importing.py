"""Takes what sources found through the intake, one by one, and says what became of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from feedback.drafts import Text
from feedback.errors import NotAccepted
from feedback.intake import Intake, Proposal
from feedback.people import Actor
from feedback.sources.found import Found, Skipped

Writer = Callable[[Text], str]


@dataclass
class Report:
    """`created` and `known` are ids of examples; `skipped` says why for each that was not taken."""

    created: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    flagged: list[str] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    dry_run: bool = False

    def attrs(self) -> dict[str, Any]:
        return asdict(self)


def take(
    found: Iterable[Found | Skipped],
    intake: Intake,
    actor: Actor,
    source: str,
    *,
    write: Writer | None = None,
    dry_run: bool = False,
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> Report:
    """`write` makes a question where there is none. One that can't be taken stops nothing."""
    report, items = Report(dry_run=dry_run), list(found)
    for number, item in enumerate(items, start=1):
        progress("examined", number, len(items))
        if isinstance(item, Skipped):
            report.skipped.append(item)
            continue
        asked = item.question or _written(item, intake, write, report)
        if asked:
            by = "person" if item.question else "model"
            _take(item, Proposal(asked, item.sql, source, "", by, item.origin, item.count), intake, actor, report)
    return report


def _written(item: Found, intake: Intake, write: Writer | None, report: Report) -> str:
    """The model sees only what was let in, and without personal data."""
    asked, reason = "", "no question: --write-questions lets the model write one"
    if write:
        examined = intake.examine("", item.sql)
        failed = examined.failed
        asked = "" if failed else write(examined.text)
        reason = f"{failed[0].name}: {failed[0].says}" if failed else "the model wrote no question"
    if not asked:
        report.skipped.append(Skipped(item.where, reason))
    return asked


def _take(item: Found, proposal: Proposal, intake: Intake, actor: Actor, report: Report) -> None:
    try:
        if report.dry_run:
            failed = intake.examine(proposal.question, proposal.sql).failed
            if failed:
                raise NotAccepted(failed[0].name, failed[0].says)
            report.created.append(item.where)
            return
        taken = intake.propose(proposal, actor)
    except NotAccepted as refused:
        report.skipped.append(Skipped(item.where, f"{refused.rule}: {refused.message}"))
        return
    (report.created if taken.how == "created" else report.known).append(taken.example.id)
    if any(check.outcome == "warn" for check in taken.checks):
        report.flagged.append(taken.example.id)
