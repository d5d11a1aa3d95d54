"""How a step asks the model: what it says is counted, what it fails in is noted, and the step goes on without."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from backends.errors import ModelCorrupt, ModelError, ModelMissing, ModelUnavailable
from backends.llm.base import LLM, Completion, Message, Sampling
from plugin.generator.ask import Ask
from plugin.generator.compose import prompts
from plugin.generator.stage import Services

_GONE = (ModelMissing, ModelCorrupt, ModelUnavailable)


def consult(
    ask: Ask,
    services: Services,
    who: str,
    messages: Sequence[Message],
    sampling: Sampling = Sampling(),
    begun: str = "",
    llm: LLM | None = None,
) -> tuple[Ask, tuple[Completion, ...]]:
    """The Ask with what was spent, and the completions; none where the model refused the request (a prompt too long),
    which `dropped` then says of `who`. `begun` is continued by a model that can. A model that is gone passes through:
    it would fail every step. Log-probabilities come where they can be had."""
    model = llm or services.llm
    can = model.capabilities
    begun = begun if "prefill" in can else ""
    asked = [*messages, Message("assistant", begun)] if begun else list(messages)
    try:
        reply = model.chat(asked, replace(sampling, logprobs="logprobs" in can))
    except _GONE:
        raise
    except ModelError as error:
        return ask.add(dropped=(*ask.dropped, f"{who}: {error.message}")), ()
    said = tuple(replace(c, text=begun + c.text) for c in reply.completions)
    return ask.add(usage=ask.usage + reply.usage), said


def told(name: str, **values: str) -> tuple[Message, ...]:
    """A prompt file as one message of the user."""
    return (Message("user", prompts.fill(name, **values)),)
