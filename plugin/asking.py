"""A pipeline as a function of the question: what everything that asks calls."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from plugin.answer import Answer, answer
from plugin.generator.ask import Ask
from plugin.generator.stage import Services, Stage
from plugin.operate.tracing import ask_trace

if TYPE_CHECKING:
    from feedback.evaluation.suite import Item


def asked(
    question: str, pipeline: Stage, services: Services, ask: str = "", seen: Callable[[Ask], object] = lambda _: None
) -> Answer:
    """`ask` is its id in the log, where it has one already; `seen` is shown the whole way of the question."""
    started = time.perf_counter()
    with ask_trace(ask) as trace:
        watched = replace(services, emit=trace.watching(services.emit))
        way = pipeline(Ask(question), watched)
        done = answer(way, watched, time.perf_counter() - started)
        trace.answered(done)
    seen(way)
    return done


def right(
    items: Sequence[Item],
    pipeline: Stage,
    services: Services,
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> dict[str, bool]:
    """Id -> whether the answer has the verified rows."""
    from feedback.evaluation.judge import Ground
    from feedback.evaluation.run import run

    ground = Ground((services.warehouse,))
    report = run(items, lambda item: asked(item.question, pipeline, services), lambda _: ground, progress)
    return {result.id: result.right for result in report.results}
