"""Phrases for a piece of a text: "contains the word 'Hey'", "starting with A"."""

from __future__ import annotations

from collections.abc import Iterator

from plugin.generator.generate.phrases.english import nouns
from plugin.generator.generate.phrases.question import Question
from plugin.generator.generate.phrases.tree import Attribute, Compared
from plugin.generator.generate.phrases.words import listed, phrases

_CONTAIN = listed("contain")
_PIECE = listed("piece")
_BEGIN = listed("begin")
_END = phrases("ends with|end with|ending with|that ends with|that end with|ends in|ending in")


def pattern(q: Question, place: int, attribute: Attribute) -> Iterator[tuple[Compared, int]]:
    """ "Contains the word 'Hey'", "starting with A"."""
    for spoken, shape in ((_CONTAIN, "%{}%"), (_BEGIN, "{}%"), (_END, "%{}")):
        start = q.after(place, spoken)
        if start is None:
            continue
        piece = q.skip(start, _PIECE)
        if piece < q.end and (q.tokens[piece].quoted or len(q.word(piece)) == 1 or piece - start == 2):
            text = q.tokens[piece].quoted or q.tokens[piece].word
            end = q.skip(piece + 1, ("in it", "in them"))
            yield Compared(attribute, "=", (shape.format(text),), like=True), end


def pattern_first(q: Question, place: int, table: str) -> Iterator[tuple[Compared, int]]:
    """ "That contain the letter w in their description" """
    start = q.after(q.skip(place, ("that", "which", "who")), _CONTAIN)
    if start is None:
        return
    piece = q.skip(start, _PIECE)
    if piece < q.end and (q.tokens[piece].quoted or piece - start == 2):
        text = q.tokens[piece].quoted or q.tokens[piece].word
        begin = q.after(piece + 1, ("in its", "in their", "in the", "as part of its", "in"))
        if begin is not None:
            for attribute, end in nouns.attribute(q, begin, table):
                yield Compared(attribute, "=", (f"%{text}%",), like=True), end
