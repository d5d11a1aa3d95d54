"""Language models: a GGUF file in this process, any OpenAI-compatible endpoint, a script for tests."""

from backends.llm.base import LLM, Capability, Completion, Message, Reply, Sampling, Stream, Usage
from backends.llm.local import LocalLLM
from backends.llm.openai import OpenAILLM
from backends.llm.scripted import ScriptedLLM

__all__ = [
    "LLM",
    "Capability",
    "Completion",
    "LocalLLM",
    "Message",
    "OpenAILLM",
    "Reply",
    "Sampling",
    "ScriptedLLM",
    "Stream",
    "Usage",
]
