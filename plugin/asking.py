"""A pipeline as a function of the question: what the gate and simulations call."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from feedback.evaluation.judge import Ground
from feedback.evaluation.run import run
from feedback.evaluation.suite import Item
from plugin.answer import Answer, answer
from plugin.generator.ask import Ask
from plugin.generator.stage import Services, Stage


def asked(question: str, pipeline: Stage, services: Services) -> Answer:
    started = time.perf_counter()
    return answer(pipeline(Ask(question), services), services, time.perf_counter() - started)


def right(
    items: Sequence[Item],
    pipeline: Stage,
    services: Services,
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> dict[str, bool]:
    """Id -> whether the answer has the verified rows."""
    ground = Ground((services.warehouse,))
    report = run(items, lambda item: asked(item.question, pipeline, services), lambda _: ground, progress)
    return {result.id: result.right for result in report.results}
