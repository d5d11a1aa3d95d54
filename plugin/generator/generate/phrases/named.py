"""What tables, their rows and their columns are called in English: whole names, short ones, flags, deeds of days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from backends.vectors.korean import has_hangul
from catalog_sync import missing
from catalog_sync.model import CatalogColumn, CatalogTable
from catalog_sync.names import MASS, spoken, without_layer, words
from plugin.generator import tables as kinds
from plugin.generator.generate.phrases.tokens import stems
from plugin.generator.generate.plan.names.alike import alike
from plugin.generator.generate.plan.names.lexicon import DAYS, MOMENTS

Form = tuple[str, ...]

_OF_FLAGS = frozenset(stems("is was has had are flag flg ind indicator yn"))
_AMOUNTS = frozenset(stems(word) for word in ("amount", "total", "value", "sum"))
_TAKEN_OFF = frozenset(stems("tax vat discount refund refunded fee tip shipping commission deposit penalty surcharge"))
_GENERIC = frozenset(stems("id name key number date at time"))
(_PER,) = stems("per")
_SMALL = frozenset(("in", "ins", "out", "outs", "up", "ups", "off", "on", "by"))  # a check-in is no "in"
_BOUNDS = frozenset(stems("max maximum min minimum limit"))


def flags(table: CatalogTable) -> dict[Form, frozenset[str]]:
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


def deeds(table: CatalogTable, question: str) -> dict[str, frozenset[str]]:
    return {c.name: frozenset(kinds.deeds(c, question)) for c in table.columns if kinds.is_time(c) and not c.pii}


def gaps(table: CatalogTable) -> dict[Form, frozenset[str]]:
    found: dict[Form, set[str]] = {}
    for column in table.columns:
        for said in missing.meanings(column, table.description):
            found.setdefault(stems(said), set()).add(column.name)
    days = frozenset(c.name for c in table.columns if kinds.is_time(c))
    return {form: (frozenset(columns) & days) or frozenset(columns) for form, columns in found.items()}


def roles(known: Mapping[str, CatalogTable]) -> dict[str, dict[Form, frozenset[str]]]:
    """But for what some table is called by itself."""
    own = {form for table in known.values() for form in (*_nouns(table), *_short_nouns(table, known))}
    found: dict[str, dict[Form, frozenset[str]]] = {name: {} for name in known}
    for key in (key for table in known.values() for key in table.foreign_keys if str(key.to_table) in known):
        role = stems(words(key.columns[0]))
        if len(key.columns) == 1 and role[-1:] == ("id",) and len(role) > 1 and role[:-1] not in own:
            keys = found[str(key.to_table)]
            keys[role[:-1]] = keys.get(role[:-1], frozenset()) | {key.columns[0]}
    return found


def all_nouns(
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


def own_noun(table: CatalogTable) -> frozenset[Form]:
    return frozenset(_nouns(table, named=True))


def spelled(table: CatalogTable) -> list[str]:
    return without_layer(table.name.name).split()


def _nouns(table: CatalogTable, *, named: bool = False) -> Iterator[Form]:
    """By name, key and synonyms; `named`: by no synonym."""
    key = table.primary_key[0] if len(table.primary_key) == 1 else ""
    own = words(key)[:-3] if key.casefold().endswith("_id") else ""
    others = () if named else (*table.synonyms, *kinds.beginnings(table))
    for noun in (" ".join(spelled(table)), spoken(table.name.name), own, *others):
        if noun and not has_hangul(noun):
            yield stems(words(noun))


def _short_nouns(table: CatalogTable, known: Mapping[str, CatalogTable]) -> Iterator[Form]:
    """The last word; of `countrylanguage` what stands behind the name of a table."""
    parts = spelled(table)
    if len(parts) > 1 and parts[-1] not in _SMALL and parts[-1] not in MASS:
        yield stems(parts[-1])
    for other in known.values():
        begin = other.name.name.casefold()
        if len(parts) == 1 and parts[0].startswith(begin) and len(parts[0]) > len(begin) + 2:
            yield stems(parts[0][len(begin) :])


def _is_done(column: str) -> bool:
    """ "Claimed amount" is the amount claimed, and not that of a claim."""
    return words(column).split()[0].endswith(("ed", "paid", "sold"))


def attributes(
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
        for form in _days_of(column):
            same.setdefault(form, set()).add(column.name)
    if len(table.primary_key) == 1 and table.column(table.primary_key[0]) in shown:
        full.setdefault(stems("id"), set()).add(table.primary_key[0])
    short.update({form: columns for form, columns in same.items() if form not in short})
    found = {form: frozenset(columns) for form, columns in short.items() if len(columns) == 1 and form not in full}
    return found | {form: frozenset(columns) for form, columns in full.items()}


def _days_of(column: CatalogColumn) -> Iterator[Form]:
    """`ends_on` is the end date."""
    *before, last = words(column.name).split()
    if before and last in MOMENTS and kinds.is_time(column):
        yield from (stems(" ".join((*before, day))) for day in DAYS if day != last)


def _figures_of_kin(table: CatalogTable, known: Mapping[str, CatalogTable]) -> set[Form]:
    """What the figures of its children are called as a whole."""
    children = (t for t in known.values() if any(k.to_table == table.name for k in t.foreign_keys))
    return {stems(words(c.name)) for t in children for c in t.columns if kinds.is_number(c) and not c.pii}


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
