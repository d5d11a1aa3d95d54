"""What the base tables and their columns are called, and how keys tie the tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from backends.vectors.korean import has_hangul
from catalog_sync import missing
from catalog_sync.model import CatalogColumn, CatalogTable, ForeignKey
from catalog_sync.names import MASS, spoken, without_layer, words
from plugin.generator import tables as kinds
from plugin.generator.generate.phrases.tokens import stems
from plugin.generator.generate.phrases.tree import Path, Step
from plugin.generator.generate.plan.alike import alike
from plugin.generator.generate.plan.deeds import deed_of
from plugin.generator.generate.plan.lexicon import is_deed

Form = tuple[str, ...]

_OF_FLAGS = frozenset(stems("is was has had are flag flg ind indicator yn"))
_AMOUNTS = frozenset(stems(word) for word in ("amount", "total", "value", "sum"))
_TAKEN_OFF = frozenset(stems("tax vat discount refund refunded fee tip shipping commission deposit penalty surcharge"))
_GENERIC = frozenset(stems("id name key number date at time"))
(_PER,) = stems("per")
_TITLE = stems("title")
_PART_NAMES = frozenset(stems("first last middle given family sur user nick"))
_PARTS = frozenset(stems("item line detail entry position record event"))
"""Of which a thing that was done has several: order items are of what was ordered."""
_SMALL = frozenset(("in", "ins", "out", "outs", "up", "ups", "off", "on", "by"))  # a check-in is no "in"
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
        if any(name != table and self._has(name, column) for name in self.tables):
            return True
        begins = (form for form in self.nouns[table] if len(form) < len(whose) and whose[: len(form)] == form)
        return whose[-1] in _KINDS and any(begins)

    def _has(self, table: str, column: str) -> bool:
        return any(c.name == column for c in self.tables[table].columns)

    def modifiers(self, table: str) -> frozenset[Form]:
        """What stands before the last word of its name: the class of class types."""
        spelled = _spelled(self.tables[table])
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
        return not others or stems(words(key[0].removesuffix("_id"))) in _own_noun(self.tables[parent])

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
    roles = _roles(known)
    nouns = _all_nouns(known, roles)
    attributes = {name: _attributes(table, known, nouns) for name, table in known.items()}
    flags = {name: _flags(table) for name, table in known.items()}
    deeds = {name: _deeds(table, question) for name, table in known.items()}
    gaps = {name: _gaps(table) for name, table in known.items()}
    return Schema(known, nouns, attributes, roles, flags, deeds, gaps)


def _flags(table: CatalogTable) -> dict[Form, frozenset[str]]:
    found: dict[Form, set[str]] = {}
    for column in (c for c in table.columns if c.type.upper().startswith("BOOL") and not c.pii):
        for name in (n for n in (column.name, *column.synonyms) if not has_hangul(n)):
            form = stems(words(name))
            form = form[1:] if len(form) > 1 and form[0] in _OF_FLAGS else form
            form = form[:-1] if len(form) > 1 and form[-1] in _OF_FLAGS else form
            found.setdefault(form, set()).add(column.name)
            if len(form) == 2 and words(name).endswith("ed"):  # what "included breakfast"
                found.setdefault(form[::-1], set()).add(column.name)
    return {form: frozenset(columns) for form, columns in found.items()}


def _deeds(table: CatalogTable, question: str) -> dict[str, frozenset[str]]:
    return {c.name: frozenset(kinds.deeds(c, question)) for c in table.columns if kinds.is_time(c) and not c.pii}


def _gaps(table: CatalogTable) -> dict[Form, frozenset[str]]:
    found: dict[Form, set[str]] = {}
    for column in table.columns:
        for said in missing.meanings(column, table.description):
            found.setdefault(stems(said), set()).add(column.name)
    days = frozenset(c.name for c in table.columns if kinds.is_time(c))
    return {form: (frozenset(columns) & days) or frozenset(columns) for form, columns in found.items()}


def _roles(known: Mapping[str, CatalogTable]) -> dict[str, dict[Form, frozenset[str]]]:
    """But for what some table is called by itself."""
    own = {form for table in known.values() for form in (*_nouns(table), *_short_nouns(table, known))}
    found: dict[str, dict[Form, frozenset[str]]] = {name: {} for name in known}
    for key in (key for table in known.values() for key in table.foreign_keys if str(key.to_table) in known):
        role = stems(words(key.columns[0]))
        if len(key.columns) == 1 and role[-1:] == ("id",) and len(role) > 1 and role[:-1] not in own:
            keys = found[str(key.to_table)]
            keys[role[:-1]] = keys.get(role[:-1], frozenset()) | {key.columns[0]}
    return found


def _all_nouns(
    known: Mapping[str, CatalogTable], roles: Mapping[str, Mapping[Form, frozenset[str]]]
) -> dict[str, frozenset[Form]]:
    """Whole names first; then what no table is called as a whole: last words, and what keys call the rows that they
    lead to; then what means the same as their names, where no table is called so."""
    nouns = {name: set(_nouns(table)) for name, table in known.items()}
    whole = {form for forms in nouns.values() for form in forms}
    others: dict[Form, set[str]] = {}
    for name, table in known.items():
        for form in _short_nouns(table, known):
            others.setdefault(form, set()).add(name)
        for form in roles[name]:
            others.setdefault(form, set()).add(name)
    for form, names in others.items():
        if form not in whole and len(names) == 1:
            nouns[next(iter(names))].add(form)
    taken = {form for forms in nouns.values() for form in forms}
    more = {name: {o for f in _nouns(t, named=True) for o in alike(f)} - taken for name, t in known.items()}
    for name, t in known.items():  # the category of class types is a column of theirs, and not what they are
        more[name] -= {form for form in more[name] if any(form[-1:] == stems(words(c.name)) for c in t.columns)}
    return {name: frozenset(forms | more[name]) for name, forms in nouns.items()}


def _own_noun(table: CatalogTable) -> frozenset[Form]:
    return frozenset(_nouns(table, named=True))


def _spelled(table: CatalogTable) -> list[str]:
    return without_layer(table.name.name).split()


def _nouns(table: CatalogTable, *, named: bool = False) -> Iterator[Form]:
    """By name, key and synonyms; `named`: by no synonym."""
    key = table.primary_key[0] if len(table.primary_key) == 1 else ""
    own = words(key)[:-3] if key.casefold().endswith("_id") else ""
    others = () if named else (*table.synonyms, *kinds.beginnings(table))
    for noun in (" ".join(_spelled(table)), spoken(table.name.name), own, *others):
        if noun and not has_hangul(noun):
            yield stems(words(noun))


def _short_nouns(table: CatalogTable, known: Mapping[str, CatalogTable]) -> Iterator[Form]:
    """The last word; of `countrylanguage` what stands behind the name of a table."""
    spelled = _spelled(table)
    if len(spelled) > 1 and spelled[-1] not in _SMALL and spelled[-1] not in MASS:
        yield stems(spelled[-1])
    for other in known.values():
        begin = other.name.name.casefold()
        if len(spelled) == 1 and spelled[0].startswith(begin) and len(spelled[0]) > len(begin) + 2:
            yield stems(spelled[0][len(begin) :])


def _is_done(column: str) -> bool:
    """ "Claimed amount" is the amount claimed, and not that of a claim."""
    return words(column).split()[0].endswith(("ed", "paid", "sold"))


def _attributes(
    table: CatalogTable, known: Mapping[str, CatalogTable], nouns_of: Mapping[str, frozenset[Form]]
) -> dict[Form, frozenset[str]]:
    """Full names before short ones, these before words of the same meaning; a short one that several have is none.
    What no table is called is a name that somebody has: the drug of `drug_name`."""
    nouns = nouns_of[str(table.name)]
    called = {form for forms in nouns_of.values() for form in forms}
    spoken_for = _called_as_theirs(table, known, nouns_of)
    shown = [c for c in table.columns if not c.pii and c.name not in spoken_for]
    figures = _figures_of_kin(table, known)
    full: dict[Form, set[str]] = {}
    short: dict[Form, set[str]] = {}
    same: dict[Form, set[str]] = {}
    for column in shown:
        called_so = [stems(words(n)) for n in (column.name, *column.synonyms) if not has_hangul(n)]
        for form in called_so:
            full.setdefault(form, set()).add(column.name)
            for noun in nouns if not _is_done(column.name) else ():
                if form[: len(noun)] == noun and len(form) > len(noun):
                    full.setdefault(form[len(noun) :], set()).add(column.name)
            for at in range(1, len(form)):
                if _PER in form[:at]:
                    break  # a price per seat is no seat
                if _BOUNDS & {*form[:at]}:
                    break  # a guild may have so many members, and need not
                if form[at:] in _AMOUNTS and _TAKEN_OFF & {*form[:at]}:
                    break  # who asks for the amount asks for no tax
                if form[at:] in called and _says_how_much(column):
                    continue  # the `vip patient` of a flag is no patient
                if form[at:] in figures:
                    continue  # the rating of hotels is that of their reviews, and not the star rating
                if form[at:] not in [(g,) for g in _GENERIC] or (form[at:] == stems("name")):
                    short.setdefault(form[at:], set()).add(column.name)
            if form[-1:] == stems("name") and len(form) > 1 and form[:-1] not in called:
                short.setdefault(form[:-1], set()).add(column.name)
            if len(form) == 2 and _is_done(column.name):
                full.setdefault(form[::-1], set()).add(column.name)
            for other in set(alike(form)) - called - figures:
                same.setdefault(other, set()).add(column.name)
    if len(table.primary_key) == 1 and table.column(table.primary_key[0]) in shown:
        full.setdefault(stems("id"), set()).add(table.primary_key[0])
    short.update({form: columns for form, columns in same.items() if form not in short})
    found = {form: frozenset(columns) for form, columns in short.items() if len(columns) == 1 and form not in full}
    return found | {form: frozenset(columns) for form, columns in full.items()}


def _figures_of_kin(table: CatalogTable, known: Mapping[str, CatalogTable]) -> set[Form]:
    """What the figures of its children are called as a whole."""
    children = (t for t in known.values() if any(k.to_table == table.name for k in t.foreign_keys))
    return {stems(words(c.name)) for t in children for c in t.columns if kinds.is_number(c) and not c.pii}


_BOUNDS = frozenset(stems("max maximum min minimum limit"))


def _says_how_much(column: CatalogColumn) -> bool:
    """Or whether: what rows are is told by others."""
    return column.type.upper().startswith("BOOL") or (
        kinds.is_number(column) and not column.name.casefold().endswith("id")
    )


def _called_as_theirs(
    table: CatalogTable, known: Mapping[str, CatalogTable], nouns_of: Mapping[str, frozenset[Form]]
) -> set[str]:
    """Keys called as what they lead to (`flights.airline`): who speaks of an airline means its name, if any."""
    found = set()
    for key in table.foreign_keys:
        nouns, target = nouns_of.get(str(key.to_table), frozenset()), known.get(str(key.to_table))
        if target is not None and stems(words(key.columns[0])) in nouns:
            labels = {c.name for c in target.columns if stems(words(c.name)) in {("name",), ("title",), *nouns}}
            found |= {key.columns[0]} if labels - {key.to_columns[0]} else set()
    return found
