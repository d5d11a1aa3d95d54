"""What a request asks of a model, and the refusal of what the model can't do."""

from __future__ import annotations

from collections.abc import Sequence

from backends.errors import ModelError
from backends.llm.base import Capability, Message, Sampling


def needed(messages: Sequence[Message], sampling: Sampling) -> frozenset[Capability]:
    asked: dict[Capability, bool] = {
        "grammar": sampling.grammar is not None,
        "logprobs": sampling.logprobs,
        "n": sampling.n > 1,
        "prefill": messages[-1].role == "assistant",
    }
    return frozenset(capability for capability, is_asked in asked.items() if is_asked)


def require(model: str, capabilities: frozenset[Capability], messages: Sequence[Message], sampling: Sampling) -> None:
    if lacking := needed(messages, sampling) - capabilities:
        raise ModelError(
            f"the model {model} can't do what was asked: {', '.join(sorted(lacking))}",
            hint="ask for less, or name the endpoint's features in dbt_ask.yml if it has them",
        )
