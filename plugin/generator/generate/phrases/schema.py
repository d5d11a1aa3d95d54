"""What the base tables and their columns are called, and how keys tie the tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from catalog_sync.model import CatalogColumn, CatalogTable, ForeignKey
from catalog_sync.names import words
from plugin.generator import tables as kinds
from plugin.generator.generate.phrases import named
from plugin.generator.generate.phrases.named import Form
from plugin.generator.generate.phrases.tokens import stems
from plugin.generator.generate.phrases.tree import Path, Step
from plugin.generator.generate.plan.names.deeds import deed_of
from plugin.generator.generate.plan.names.lexicon import is_deed

_TITLE = stems("title")
_PARTIES = frozenset(stems(
    "vendor supplier customer client funder payee payer merchant seller buyer sender recipient employee manager owner"
    " donor member guest patient store branch product item author agent driver user"
))  # fmt: skip
_PART_NAMES = frozenset(stems("first last middle given family sur user nick"))
_PARTS = frozenset(stems("item line detail entry position record event"))
"""Of which a thing that was done has several: order items are of what was ordered."""
_NUMBERS = frozenset(stems("no num number code"))
_KINDS = frozenset(stems("type kind class category group"))
_LONGEST_PATH = 3

FROM = frozenset(stems("source origin from departure depart start sender giver seller"))
TO = frozenset(stems("destination dest to arrival arrive target end receiver recipient"))


def speaks(column: str, direction: frozenset[str]) -> bool:
    """The name of the column says whence, or whither."""
    return bool(direction & set(stems(words(column))))


@dataclass(frozen=True)
class Schema:
    """`nouns`: how each table's rows are called; `attributes`: table -> form -> the columns that are called so;
    `roles`: table -> what keys alone call its rows -> these keys: a manager is an employee that others lead to;
    `flags`: table -> form -> the flags that are called so; `deeds`: table -> time column -> the words for what
    happened then; `gaps`: table -> what is said of rows -> the columns that then have no value; `paths`, `steps`:
    what was looked up."""

    tables: dict[str, CatalogTable]
    nouns: dict[str, frozenset[Form]] = field(default_factory=dict)
    attributes: dict[str, dict[Form, frozenset[str]]] = field(default_factory=dict)
    roles: dict[str, dict[Form, frozenset[str]]] = field(default_factory=dict)
    flags: dict[str, dict[Form, frozenset[str]]] = field(default_factory=dict)
    deeds: dict[str, dict[str, frozenset[str]]] = field(default_factory=dict)
    gaps: dict[str, dict[Form, frozenset[str]]] = field(default_factory=dict)
    paths: dict[tuple[str, str], Path] = field(default_factory=dict, repr=False)
    steps: dict[str, tuple[Step, ...]] = field(default_factory=dict, repr=False)

    def column(self, table: str, name: str) -> CatalogColumn:
        found = self.tables[table].column(name)
        assert found is not None
        return found

    def is_key(self, table: str, name: str) -> bool:
        """One that leads to another table."""
        return any(name in key.columns for key in self.tables[table].foreign_keys)

    def is_deed(self, table: str, verb: str) -> bool:
        """The rows are called after what was done: prescriptions of "prescribed"."""
        return any(is_deed(noun, verb) for noun in self._last_nouns(table))

    def is_like_deed(self, table: str, verb: str) -> bool:
        """They are what is left of it: loans of "borrowed", payments of "paid"."""
        return any(verb in deed_of(noun) for noun in self._last_nouns(table))

    def _last_nouns(self, table: str) -> set[str]:
        return {form[-2] if len(form) > 1 and form[-1] in _PARTS else form[-1] for form in self.nouns[table]}

    def is_number(self, table: str, name: str) -> bool:
        return kinds.is_number(self.column(table, name))

    def is_flag(self, table: str, name: str) -> bool:
        return self.column(table, name).type.upper().startswith("BOOL")

    def label(self, table: str) -> str:
        """The column that things are told apart by in speech: their name; "" where it is not clear."""
        called, nouns = self.attributes[table], self.nouns[table]
        for form in (stems("name"), _TITLE, *sorted(nouns)):
            found = called.get(form, frozenset())
            if len(found) == 1 and not self._is_of_others(table, column := next(iter(found))):
                whose = stems(words(column))[:-1]
                if form != _TITLE or not whose or whose in nouns:  # the job title of an employee names nobody
                    return column
        spelled = ((c.name, stems(words(c.name))) for c in self.tables[table].columns if not c.pii)
        numbered = [name for name, form in spelled if form[:-1] in nouns and form[-1] in _NUMBERS]
        return numbered[0] if len(numbered) == 1 else ""

    def _is_of_others(self, table: str, column: str) -> bool:
        """`room_type_name` is no name of rooms, nor is the `plant_name` that machines and stops have as well."""
        whose = stems(words(column))[:-1]
        if whose in self.nouns[table] or not whose:
            return False
        own = kinds.event_time(self.tables[table])
        if own is not None and not kinds.is_beginning(own) and _PARTIES & {*whose}:
            return True  # the vendor of an expense
        if any(name != table and self._has(name, column) for name in self.tables):
            return True
        begins = (form for form in self.nouns[table] if len(form) < len(whose) and whose[: len(form)] == form)
        return whose[-1] in _KINDS and any(begins)

    def _has(self, table: str, column: str) -> bool:
        return any(c.name == column for c in self.tables[table].columns)

    def modifiers(self, table: str) -> frozenset[Form]:
        """What stands before the last word of its name: the class of class types."""
        spelled = named.spelled(self.tables[table])
        return frozenset((stems(" ".join(spelled[:-1])),) if len(spelled) > 1 else ())

    def nameless(self, table: str) -> str:
        """The key of rows that nothing else tells apart: no column of theirs is a name. "" where there is one."""
        columns = [c.name for c in self.tables[table].columns if not c.pii and not self._is_of_others(table, c.name)]
        spelled = [stems(words(name)) for name in columns]
        is_named = any({*stems("name title")} & {*form} and not _PART_NAMES & {*form} for form in spelled)
        return "" if is_named else self.key(table)

    def key(self, table: str) -> str:
        key = self.tables[table].primary_key
        return key[0] if len(key) == 1 else ""

    def path(self, start: str, end: str) -> Path:
        """The one shortest way over keys; () where there is none or several."""
        if (start, end) not in self.paths:
            self.paths[start, end] = self._path(start, end)
        return self.paths[start, end]

    def directed(self, start: str, end: str, *, towards: bool) -> Path:
        """The key that says so, of several to one table: where a flight comes from, or what it is bound to."""
        steps = [step for step in self._steps(start) if step.end == end and not step.many]
        fitting = [step for step in steps if speaks(step.columns[0], TO if towards else FROM)]
        return (fitting[0],) if len(fitting) == 1 and len(steps) > 1 else ()

    def _path(self, start: str, end: str) -> Path:
        ways: list[Path] = [()]
        for _ in range(_LONGEST_PATH):
            ways = [(*way, step) for way in ways for step in self._steps(way[-1].end if way else start)]
            ways = [way for way in ways if len({start, *(s.end for s in way)}) == len(way) + 1]
            if done := [way for way in ways if way[-1].end == end]:
                plain = [way for way in done if all(map(self._is_plain, way))] if len(done) > 1 else done
                return plain[0] if len(plain) == 1 else self._owned(done, end)
        return ()

    def _is_plain(self, step: Step) -> bool:
        """No other key leads there, or this is the one that is called as the rows: the employee of `employee_id`, where
        there is a `reviewer_id` too."""
        child, key, parent = (
            (step.end, step.to_columns, step.start) if step.many else (step.start, step.columns, step.end)
        )
        others = [k for k in self.tables[child].foreign_keys if str(k.to_table) == parent and k.columns != key]
        return not others or stems(words(key[0].removesuffix("_id"))) in named.own_noun(self.tables[parent])

    def _owned(self, ways: Sequence[Path], end: str) -> Path:
        """`friend(student_id, friend_id)` has the friends of the student: the key that is called as the table leads to
        what the row is, the other to whose it is."""
        if any(len(way) != 1 for way in ways):
            return ()
        child = end if ways[0][0].many else ways[0][0].start
        keys = [way[0].to_columns[0] if way[0].many else way[0].columns[0] for way in ways]
        others = [way for way, key in zip(ways, keys, strict=True) if stems(words(key))[:1] not in self.nouns[child]]
        return others[0] if len(others) == 1 and len(ways) == 2 else ()

    def _steps(self, start: str) -> tuple[Step, ...]:
        if start not in self.steps:
            self.steps[start] = tuple(self._steps_from(start))
        return self.steps[start]

    def _steps_from(self, start: str) -> Iterator[Step]:
        for key in self.tables[start].foreign_keys:
            if str(key.to_table) in self.tables and str(key.to_table) != start:
                yield Step(start, key.columns, str(key.to_table), key.to_columns, many=False)
        for name, table in self.tables.items():
            for key in table.foreign_keys:
                if str(key.to_table) == start and name != start:
                    yield Step(start, key.to_columns, name, key.columns, many=not _is_whole_key(key, table))


def _is_whole_key(key: ForeignKey, table: CatalogTable) -> bool:
    return bool(table.primary_key) and set(table.primary_key) == set(key.columns)


def schema_of(tables: Sequence[CatalogTable], question: str = "") -> Schema:
    known = {str(t.name): t for t in tables if t.view is None}
    roles = named.roles(known)
    nouns = named.all_nouns(known, roles)
    attributes = {name: named.attributes(table, known, nouns) for name, table in known.items()}
    flags = {name: named.flags(table) for name, table in known.items()}
    deeds = {name: named.deeds(table, question) for name, table in known.items()}
    gaps = {name: named.gaps(table) for name, table in known.items()}
    return Schema(known, nouns, attributes, roles, flags, deeds, gaps)
