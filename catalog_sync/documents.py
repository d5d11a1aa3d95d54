"""The catalogue as texts that can be found: a pure function.

Every payload has `project`, `kind`, `hash`, `text` and, where it differs from the text, `lexical`. Beyond that:

    table    workspace, table, name, schema, is_view, digest (of all documents of the table)
    column   workspace, table, column, type, withheld (its values may not be seen)
    value    workspace, table, column, value, norm (the value and its synonyms, as `normal` writes them)
    example  workspace, question, sql, tables, example (its id in the feedback store)

`table` is the whole name, as str(TableName). Ids are made from what a document is about, so that a text that
changes replaces itself.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID, uuid5

from backends.vectors.korean import has_hangul
from catalog_sync.model import Catalog, CatalogColumn, CatalogTable
from catalog_sync.names import words as words
from catalog_sync.questions import asked_of
from catalog_sync.types import is_boolean

# Part of the index's stamp: raise it whenever a text below is put together in another way.
TEMPLATE_VERSION = "3"

Kind = Literal["table", "column", "value", "example"]

_NAMESPACE = UUID("6c1f3a52-7f0e-5d5b-9a63-2f6c0b8d2f11")
_SHOWN_COLUMNS = 20
_SHOWN_VALUES = 15
_SHOWN_KNOWLEDGE, _LONGEST_KNOWLEDGE = 3, 160


@dataclass(frozen=True)
class Document:
    """`text` is embedded, `lexical` is matched by words; `payload` has both, and the hash of it all."""

    id: str
    kind: Kind
    text: str
    lexical: str
    payload: Mapping[str, Any]

    @property
    def hash(self) -> str:
        return str(self.payload["hash"])


def documents(catalog: Catalog) -> list[Document]:
    """Of a cleared catalogue: tables first, then their columns, then the values."""
    found = [document for table in catalog for document in documents_of(catalog.project, table)]
    order: dict[Kind, int] = {"table": 0, "column": 1, "value": 2, "example": 3}
    return sorted(found, key=lambda document: order[document.kind])


def documents_of(project: str, table: CatalogTable) -> Iterator[Document]:
    """The table's own document comes last: once it is there, all of them are."""
    yield from (_column(project, table, column) for column in table.columns)
    for column in table.columns:
        yield from _values(project, table, column)
    yield document_of(project, table)


def count_of(table: CatalogTable) -> dict[Kind, int]:
    """How many documents `documents_of` makes of each kind."""
    return {"table": 1, "column": len(table.columns), "value": sum(len(_shown(c)) for c in table.columns)}


def digest(table: CatalogTable) -> str:
    """Changes whenever a document of the table does: everything that the texts below are made of."""
    columns = [
        (c.name, c.type, c.description, c.synonyms, c.values, c.values_exact, c.value_synonyms, bool(c.withheld))
        for c in table.columns
    ]
    keys = [(key.columns, key.to_table.name) for key in table.foreign_keys]
    whole = (
        str(table.name), table.name.schema, table.workspace, table.description, table.synonyms, table.primary_key,
        table.view, table.domain, table.tags, keys, columns, [query.sql for query in table.queries],
        table.knowledge,
    )  # fmt: skip
    return hashlib.sha256(repr(whole).encode("utf-8", "replace")).hexdigest()[:32]


def example(
    project: str, question: str, sql: str, tables: Sequence[str], workspace: str = "", key: str = ""
) -> Document:
    """A verified question: only its wording is searched, the SQL comes with it. `key` names what it was made from,
    so that another text of it takes its place."""
    payload = {"workspace": workspace, "question": question, "sql": sql, "tables": list(tables)}
    about = (key,) if key else (normal(question), sql)
    return _document(project, "example", about, question, question, {**payload, "example": key} if key else payload)


def from_payload(point: str, payload: Mapping[str, Any]) -> Document:
    """The document that a stored point was made from."""
    text = str(payload["text"])
    return Document(point, payload["kind"], text, str(payload.get("lexical", text)), payload)


def normal(text: str) -> str:
    """How literals are compared: without regard to case, width and blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def normals(text: str) -> Iterator[str]:
    """Korean is written with and without blanks: 이용 중, 이용중."""
    yield normal(text)
    if has_hangul(text):
        yield normal(text).replace(" ", "")


def document_of(project: str, table: CatalogTable) -> Document:
    """The table's own."""
    view = table.view
    grain = view.grain if view else table.primary_key
    top = [words(c.name) for c in table.columns if c.name not in grain][:_SHOWN_COLUMNS]
    sentences = [
        f"{words(table.name.name)}: {_flat(table.description)}" if table.description else words(table.name.name),
        _listed("also called", table.synonyms),
        _listed("one row for each", [words(column) for column in grain]),
        _listed("columns", top),
        _listed("about it", [_shortened(text) for text in table.knowledge[:_SHOWN_KNOWLEDGE]]),
        _listed("answers", (*(view.questions if view else ()), *asked_of(table))),
    ]
    text = _joined(sentences)
    named = [n for c in table.columns for n in (words(c.name), *c.synonyms)]
    lexical = " ".join([text, *named, table.domain, *(words(tag) for tag in table.tags)])
    payload = {
        "workspace": table.workspace,
        "table": str(table.name),
        "name": table.name.name,
        "schema": table.name.schema or "",
        "is_view": view is not None,
        "digest": digest(table),
    }
    return _document(project, "table", (str(table.name),), text, lexical, payload)


def _column(project: str, table: CatalogTable, column: CatalogColumn) -> Document:
    sentences = [
        f"{words(table.name.name)} {words(column.name)}"
        + (f": {_flat(column.description)}" if column.description else ""),
        _listed("also called", column.synonyms),
        column.type.casefold(),
        _listed("refers to", _references(table, column)),
        _listed("values" if column.values_exact else "for example", _shown_values(column)),
    ]
    payload = {
        "workspace": table.workspace,
        "table": str(table.name),
        "column": column.name,
        "type": column.type,
        "withheld": bool(column.withheld),
    }
    text = _joined(sentences)
    return _document(project, "column", (str(table.name), column.name), text, text, payload)


def _values(project: str, table: CatalogTable, column: CatalogColumn) -> Iterator[Document]:
    for value in _shown(column):
        names = (value, *column.value_synonyms.get(value, ()))
        text = f"{', '.join(names)} ({words(table.name.name)} {words(column.name)})"
        payload = {
            "workspace": table.workspace,
            "table": str(table.name),
            "column": column.name,
            "value": value,
            "norm": list(dict.fromkeys(form for name in names for form in _forms(name))),
        }
        about = (str(table.name), column.name, value)
        yield _document(project, "value", about, text, " ".join(names), payload)


def _forms(name: str) -> Iterator[str]:
    for spoken in _spoken(normal(name)):
        yield from normals(spoken)


def _spoken(name: str) -> Iterator[str]:
    """`no_show` is said and written "no show" and "no-show"."""
    yield name
    if re.fullmatch(r"[^\W\d_]+(?:[_-][^\W\d_]+)+", name):
        parts = re.split("[_-]", name)
        yield from (" ".join(parts), "-".join(parts))


def _shown(column: CatalogColumn) -> list[str]:
    """None of a boolean: nobody looks for the column by "true"."""
    return [] if is_boolean(column.type) else [value for value in dict.fromkeys(column.values) if value.strip()]


def _document(
    project: str, kind: Kind, about: Sequence[str], text: str, lexical: str, payload: Mapping[str, Any]
) -> Document:
    whole = {"project": project, "kind": kind, **payload, "text": text}
    if lexical != text:
        whole["lexical"] = lexical
    content = json.dumps(whole, ensure_ascii=False, sort_keys=True)
    whole["hash"] = hashlib.sha256(content.encode()).hexdigest()[:32]
    return Document(str(uuid5(_NAMESPACE, json.dumps([project, kind, *about]))), kind, text, lexical, whole)


def _references(table: CatalogTable, column: CatalogColumn) -> list[str]:
    return [words(key.to_table.name) for key in table.foreign_keys if column.name in key.columns]


def _shown_values(column: CatalogColumn) -> list[str]:
    return [value for value in column.values if value.strip()][:_SHOWN_VALUES]


def _listed(head: str, items: Sequence[str]) -> str:
    return f"{head} {', '.join(items)}" if items else ""


def _joined(sentences: Sequence[str]) -> str:
    return ". ".join(sentence.rstrip(". ") for sentence in sentences if sentence)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_KNOWLEDGE else text[:_LONGEST_KNOWLEDGE].rpartition(" ")[0]


def _flat(text: str) -> str:
    return " ".join(text.split())
