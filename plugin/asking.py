"""A pipeline as a function of the question: what evaluations and simulations call."""

from __future__ import annotations

import time
from collections.abc import Callable

from plugin.answer import Answer, answer
from plugin.generator.ask import Ask
from plugin.generator.stage import Services


def asker(pipeline: Callable[[Ask, Services], Ask], services: Services) -> Callable[[str], Answer]:
    def ask(question: str) -> Answer:
        started = time.perf_counter()
        return answer(pipeline(Ask(question), services), services, time.perf_counter() - started)

    return ask
