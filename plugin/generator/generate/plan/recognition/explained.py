"""Whether every word of a question is explained; and what a verb that nothing is called after must not be."""

from __future__ import annotations

import re
from collections.abc import Set

from backends.vectors.english import stem
from backends.vectors.tokens import terms
from catalog_sync.model import CatalogTable
from catalog_sync.names import words
from plugin.generator.ask import Ask
from plugin.generator.generate.phrases.words import CHANGED
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.names.naming import noun_of
from plugin.generator.generate.plan.names.wide import Wide
from plugin.generator.generate.plan.recognition.deeds_named import DONE
from plugin.generator.generate.plan.words.seen import Recognised

_CHANGED = frozenset(stem(word) for word in (*CHANGED, "remaining", "left"))
"""Churned customers are not all of them, nor what is left of a budget the whole."""
_SUPPOSED = re.compile(r"\b(?:would|could|should|might|if)\b|[려다]면(?=[\s,])", re.IGNORECASE)
_ENDED = re.compile(
    r"(?:닫[힌은]|끝[난낸날]|끝나는|끈|꺼\s?(?:둔|놓은|진)|그만둔|떠난|나간|없어진|사라진|바[뀐꾼]|고친|멈춘|죽은|잃은|빠진|이긴|남은|열린|(?<![가-힣])진)(?=\s)"
)
_MOMENTS = frozenset(("on", "at", "date", "dt", "day", "ts", "time"))
_MONEY = re.compile(r"\s*(?:euro|dollar|pound|won|usd|eur|krw)s?\b", re.IGNORECASE)
_RATE = re.compile(r"[율률](?=[은는이가을를의도과와로]|\s|[?.,()]|$)")


def all_explained(seen: Recognised, ask: Ask, wide: Wide, verbs: bool, states: Set[str]) -> None:
    """`states`: the words of values of any table."""
    if any((rate := _RATE.match(seen.text.text, f.span[1])) and seen.text.is_free(rate.span()) for f in seen.found):
        raise Unread("a rate of what")
    if any(o.of == "per" and _MONEY.match(seen.text.text, o.span[1]) for o in seen.operators):
        raise Unread("a figure per unit of money")
    if prefix := seen.text.prefix():
        raise Unread(f"nothing here is called {prefix}")
    if left := seen.text.unexplained(verbs=verbs):
        raise Unread(f"nothing here is called {', '.join(left)}")
    if not verbs and (other := _of_another(seen, ask, wide)):
        raise Unread(f"another table is called {other}")
    if not verbs and (
        passed := {*seen.text.unexplained()}
        & (_words_of(wide.table) | _deeds_of(ask, wide.base) | _flags_of(ask) | states | _CHANGED)
    ):
        raise Unread(f"a column is called {', '.join(sorted(passed))}")
    if not verbs and _ENDED.search(ask.question):
        raise Unread("what ended then")
    if not verbs and _SUPPOSED.search(ask.question):
        raise Unread("what would be")


def _words_of(table: CatalogTable) -> set[str]:
    """A verb that a column is called after is not passed over: "opted in to marketing"."""
    return _with_lemmas({t for c in table.columns for name in (c.name, *c.synonyms) for t in terms(name)})


def _deeds_of(ask: Ask, base: CatalogTable) -> set[str]:
    """Nor what is done on a day of other rows: patrons who "joined in 2022" of holds, users who "opened an email"."""
    others = (r.table for r in ask.routes if r.table.view is None and r.table.name != base.name)
    parts = (words(c.name).split() for table in others for c in table.columns)
    return _with_lemmas({stem(word) for *done, last in parts for word in done if last in _MOMENTS})


def _with_lemmas(spoken: set[str]) -> set[str]:
    """With the verbs of irregular forms: win of won."""
    from lemminflect import getLemma  # type: ignore[import-untyped]

    return spoken | {lemma for word in spoken if word.isascii() for lemma in getLemma(word, "VERB")}


def states_of(ask: Ask) -> set[str]:
    """Nor one that is a state of some rows: lines "returned in 1995" are not all lines."""
    return {t for hit in ask.values if hit.score == 1.0 for t in terms(hit.phrase)}


def _flags_of(ask: Ask) -> set[str]:
    """Nor one that says what is true of other things: "who would recommend us"."""
    known = (c for r in ask.routes for c in r.table.columns if c.type.upper().startswith("BOOL"))
    return _with_lemmas({t for c in known for t in terms(words(c.name))})


def _of_another(seen: Recognised, ask: Ask, wide: Wide) -> str:
    """ "The invoiced amount" is no other amount, where there are invoices."""
    near = {wide.base.name, *(join.parent.name for join in wide.joins.values())}
    others = {t for r in ask.routes if r.table.name not in near for t in terms(noun_of(r.table))[-1:]}
    starts = [f.span[0] for f in seen.found if f.name.role == "measure"]
    done = (t for t in seen.text.tokens if t.term in others and seen.text.is_free((t.start, t.end)))
    before = (t for t in done if DONE.match(seen.text.text[t.start : t.end]))
    return next((t.term for t in before if any(not seen.text.text[t.end : s].strip() for s in starts)), "")
