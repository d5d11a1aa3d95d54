"""Both readers of rules over a catalogue in memory: by names (plan), and by the grammar of a question (phrases)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import SimpleNamespace

from catalog_sync.model import Catalog, CatalogTable
from plugin.generator.ask import Ask, Language, Route, ValueHit
from plugin.generator.generate.phrases.doubts.doubtful import is_doubtful
from plugin.generator.generate.phrases.english.questions import readings
from plugin.generator.generate.phrases.english.times import times
from plugin.generator.generate.phrases.korean.questions import readings as korean
from plugin.generator.generate.phrases.korean.spoken import spoken
from plugin.generator.generate.phrases.question import question_of
from plugin.generator.generate.phrases.schema import schema_of
from plugin.generator.generate.phrases.stage import written
from plugin.generator.generate.phrases.tokens import tokens
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.names.wide import narrow, widened
from plugin.generator.generate.plan.reading import read
from plugin.generator.generate.plan.stage import Plan
from plugin.generator.generate.plan.writing import write
from plugin.generator.tables import values_meant
from plugin.generator.understand import dates


class Readers:
    """`called`: word -> the value that it means."""

    def __init__(self, catalog: Catalog, called: Mapping[str, str] | None = None) -> None:
        self.catalog, self.called = catalog, called or {}
        self.schema = schema_of(tuple(catalog))
        self.tables: dict[str, CatalogTable] = {t.name.name: t for t in catalog}

    def asked(self, question: str) -> Ask:
        """With the values that it names, and every table routed to."""
        language: Language = "en" if question.isascii() else "ko"
        ask = Ask(question, language=language, periods=dates.find(question), groupings=dates.groupings(question))
        ask = ask.add(values=tuple(self._hits(question)), routes=tuple(Route(t, 1.0) for t in self.catalog))
        return ask.add(values=values_meant(ask))

    def planned(self, question: str, of: str, *, verbs: bool = True) -> str:
        """Over the table alone, or else with its parents. Raises Unread."""
        ask, table = self.asked(question), self.tables[of]
        try:
            return write(read(ask, narrow(table, self.catalog), verbs=verbs), self.catalog, "duckdb")
        except Unread:
            wide = widened(table, self.catalog, question)
            return write(read(ask, wide, verbs=verbs), self.catalog, "duckdb")

    def staged(self, question: str, of: str, *, verbs: bool = True) -> str:
        """As the stage has it, with all that it asks of the catalogue. Raises Unread."""
        services = SimpleNamespace(catalog=self.catalog, dialect="duckdb")
        ask = self.asked(question).add(routes=(Route(self.tables[of], 1.0),))
        read = Plan(verbs=verbs)(ask, services)  # type: ignore[arg-type]
        found = [c.sql for c in read.candidates if c.origin.endswith(f"/{of}")]
        if not found:
            raise Unread(next(why for why in read.unread if why.startswith(f"{of}: ")))
        return found[0]

    def phrased(self, question: str) -> list[str]:
        """Without what is doubtful."""
        ask = self.asked(question)
        if ask.language == "ko":
            heard = spoken(question, self.schema, ask.values, None, ())
            return written((r for r in korean(heard) if not is_doubtful(r, heard, question)), self.schema, "duckdb")
        found = tokens(question)
        plain = question_of(found, self.schema, ask.values, times(ask.periods, found, self.schema, self.catalog))
        return written((r for r in readings(plain) if not is_doubtful(r, plain, question)), self.schema, "duckdb")

    def _hits(self, question: str) -> Iterator[ValueHit]:
        for known in self.catalog:
            for column in known.columns:
                for value in column.values:
                    said = [value.casefold(), *(word for word, meant in self.called.items() if meant == value)]
                    yield from (
                        ValueHit(phrase, str(known.name), column.name, value, 1.0)
                        for phrase in said
                        if phrase in question.casefold()
                    )
