"""Korean names that nobody wrote, but that follow from those that are: rows by their label, figures by their amount."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backends.vectors.korean import has_hangul
from plugin.generator.generate.phrases.korean.morphemes import Morpheme
from plugin.generator.generate.phrases.schema import Schema
from plugin.generator.generate.phrases.tokens import stems

_LABELS = ("이름", "명칭", "제목", "명")
_AMOUNTS = ("금액", "액수", "액")
_DONE = ("하", "되", "받", "당하")

Implied = tuple[str, str, str]  # what is said, the table, the column ("" for its rows)


def rows_by_label(schema: Schema) -> Iterator[Implied]:
    """교수 이름, professor_name of professors: they are 교수, whatever the table says of itself."""
    for name, table in schema.tables.items():
        label = schema.label(name)
        column = table.column(label) if label else None
        if column is None or stems(label.replace("_", " "))[:-1] not in schema.nouns[name]:
            continue
        for spoken in ("".join(s.split()) for s in column.synonyms if has_hangul(s)):
            bare = next((spoken.removesuffix(end) for end in _LABELS if spoken.endswith(end)), "")
            if len(bare) > 1:
                yield bare, name, ""


def amounts(schema: Schema) -> Iterator[Implied]:
    """등록금 금액: 등록금, 등록금 총액; 장학금 지급액: 장학금 지급 금액."""
    for name, table in schema.tables.items():
        for column in table.columns:
            if column.pii or not schema.is_number(name, column.name):
                continue
            for written in (s for s in column.synonyms if has_hangul(s)):
                bare = next((written.removesuffix(end) for end in _AMOUNTS if written.endswith(end)), "")
                ends = ("", *_AMOUNTS) if " " in bare else _AMOUNTS  # 지급 alone is a deed
                if len(bare) > 1:
                    yield from (("".join(bare.split()) + end, name, column.name) for end in ends)


def spread(tokens: Sequence[Morpheme], start: int) -> tuple[str, int] | None:
    """ "지급된 금액", "납부한 금액": the name in one word, and the end."""
    said = [m.word for m in tokens[start : start + 4]]
    if len(said) == 4 and tokens[start].tag == "NNG" and said[1] in _DONE and said[2] == "ㄴ" and said[3] in _AMOUNTS:
        return said[0] + said[3], start + 4
    return None
