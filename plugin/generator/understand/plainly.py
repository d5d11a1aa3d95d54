"""Understand: an English question put in plainer words, where rules read it then."""

from __future__ import annotations

from dataclasses import dataclass

from plugin.generator.ask import Ask
from plugin.generator.stage import Kind, Need, Services, Stage
from plugin.generator.understand.english_turns import plainly
from plugin.generator.understand.rules import Rules


@dataclass(frozen=True)
class Plainly:
    """`then` is tried on the question so put; where it settles nothing the question stays as it was asked. Korean ones
    are put plainly where their nouns are put in the catalogue's words (glossed.py)."""

    then: Stage
    name: str = "understand.plainly"
    kind: Kind = "understand"

    @property
    def needs(self) -> frozenset[Need]:
        return self.then.needs

    def __call__(self, ask: Ask, services: Services) -> Ask:
        put = plainly(ask.question) if ask.language == "en" else ask.question
        if put == ask.question:
            return ask
        put_so = ask.add(question=put, asked=ask.asked or ask.question, candidates=())
        read = self.then(Rules()(put_so, services), services)
        return read if read.settled else ask
