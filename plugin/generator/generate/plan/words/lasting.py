"""How long it took from one day of a row to another, of which most tables have no column: "days from order to
delivery", 접수부터 배송까지 걸린 시간. The two days stand in the question; what it is read with is a column of the time
between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from sqlglot import exp

from backends.vectors.english import stem
from backends.vectors.korean import has_hangul
from backends.vectors.tokens import terms
from catalog_sync.documents import words
from catalog_sync.model import CatalogColumn, CatalogTable
from catalog_sync.times import event_time
from plugin.generator import tables
from plugin.generator.ask import Ask
from plugin.generator.generate.plan.names.deeds import deed_of
from plugin.generator.generate.plan.names.naming import noun_of
from plugin.generator.generate.plan.names.wide import Wide
from plugin.generator.generate.plan.words.text import speaks_of

_TAKEN = "taken"
_FIRST_LAST = re.compile(
    r"\bfirst\b.*\b(?:and|to|until)\b.*\b(?:last|latest|final)\b|첫\s?.+(?:부터|에서|과|와)\s.*마지막", re.IGNORECASE
)
_SHORT = frozenset(("hour", "minute"))
_UNITS = "day|hour|minute|week"
_UNIT = rf"(?P<unit>{_UNITS})s?"
_FEW = r"(?:[\w'-]+ ){0,5}?[\w'-]+"
_FROM = rf"(?:between|from) (?P<first>{_FEW}),? (?:and|to|until|till) (?P<last>.+)"
_TIME = r"(?:lead |turnaround |waiting |elapsed |processing )?(?:time|duration|delay|gap|wait|lag|interval)s?"
_PASS = r"(?:(?:it|that) (?:takes|took)|pass(?:es|ed)?|lies?|elapsed?|go(?:es)? by|we need)"
_WHO = r"(?:it|we|they|(?:an?|the|our|each) (?:\w+ )?\w+)"
_TAKE = rf"(?:does|did|do|has) {_WHO} (?:usually |typically |normally )?(?:take|need|taken)"
_AVERAGE = r"(?: on average| in average|, on average,?)?"
_ENGLISH = tuple(
    (re.compile(pattern, re.IGNORECASE), put)
    for pattern, put in (
        (rf"\bhow many {_UNIT}{_AVERAGE} (?:{_PASS}|{_TAKE}){_AVERAGE} {_FROM}", "what is the average {taken}"),
        (rf"\bhow many {_UNIT}{_AVERAGE} {_FROM}", "what is the average {taken}"),
        (rf"\bhow long{_AVERAGE} (?:{_TAKE}){_AVERAGE}(?:,? in {_UNIT},?)? {_FROM}", "what is the average {taken}"),
        (rf"\b{_TIME}(?: in {_UNIT})?(?: {_PASS})? {_FROM}", "{taken}"),
        (rf"\b(?<!per )(?<!each )(?<!every )(?:number of |time in )?{_UNIT} (?:{_PASS} )?{_FROM}", "{taken}"),
    )
)
_TO_DO = re.compile(
    rf"\bhow (?:long|many {_UNIT}){_AVERAGE} {_TAKE}{_AVERAGE} (?:us |them )?(?:to (?:get |be )?|for .+? to (?:be )?)"
    r"(?P<deed>\w+)"
    r"(?: an?\b| the\b)?(?P<noun> \w+)?",
    re.IGNORECASE,
)
_LASTS = re.compile(
    r"\bhow (?:long|many (?P<unit>day|hour|minute|week)s?)(?: on average,?)? (?:do|does|did) (?:an?|the|our|each)?\s*"
    r"(?P<noun>\w+(?: \w+)?) (?:usually |typically |normally )?(?:last|take|stay open|run|go on)\b(?: for)?"
    r"(?:,? on average)?",
    re.IGNORECASE,
)
_KO_LASTS = re.compile(
    r"평균\s(?:유지|지속|이용|진행|체류|작업|처리|소요)\s?(?:기간|일수|시간)[은는이가]?\s?(?P<said>며칠|몇\s?일|얼마나?)[가-힣]*"
)
_STARTS = frozenset(("start", "started", "begin", "began", "begun", "from"))
_ENDS = frozenset(("end", "ended", "ends", "finish", "finished", "until", "to", "stopped", "completed"))
_BOUND = r"(?P<bound>more than|less than|fewer than|longer than|over|under|at least|at most|within|up to) "
_LATER = re.compile(
    rf"(?:\b(?:that |which |who )?(?:were |was |are |is |had been )|\b)(?P<last>\w+) {_BOUND}(?P<number>\d+) {_UNIT} "
    r"(?:after|of|from) (?P<first>.+)",
    re.IGNORECASE,
)
_SIGNS = {"within": "at most", "up to": "at most", "longer than": "more than", "fewer than": "less than"}
_IN_UNIT = re.compile(rf"(?:,\s*|\s+)(?:measured )?in {_UNIT}\b", re.IGNORECASE)
_KO_UNITS = {"일": "day", "시간": "hour", "분": "minute", "주": "week"}
_NOUNS = r"[가-힣A-Za-z_]+(?: [가-힣A-Za-z_]+){0,2}?"
_KO_TIMES = r"(?:\s?(?:일자|일시|날짜|시각|시점|시간|일|된 뒤|한 뒤|된 후|한 후|하고|되고|하고 나서))?"
_KOREAN = re.compile(
    rf"(?P<first>{_NOUNS}){_KO_TIMES}\s?(?:에서부터|에서|부터|후에?|이후)?\s"
    rf"(?P<last>{_NOUNS}){_KO_TIMES}\s?(?:하기|되기|할 때|될 때)?까지(?:의|는)?"
    r"(?:\s(?:걸린|걸리는|소요된|소요되는|드는))?\s?(?P<average>평균(?:적으로)?\s?)?"
    r"(?P<said>소요\s?일수|소요\s?시간|소요\s?기간|며칠|몇\s?(?P<unit>일|시간|분|주)|일수|시간|기간|리드타임)"
    r"(?:이|을|를|은|는|의|이나|정도)?"
    r"(?P<behind>\s?평균)?(?:\s(?:걸려|걸리|걸렸|소요)[가-힣]*)?"
)
_OTHERWISE = re.compile(r"가장|제일|최[대소고저장단]|중[앙위간]값|합계|총|이상|이하|초과|미만|넘|보다|목록|각각의")
_SMALL = frozenset((
    "the", "its", "their", "a", "an", "being", "when", "it", "they", "was", "were", "is", "are", "date", "of", "day",
    "time", "moment", "be", "actual", "been", "our", "that", "of", "being", "getting", "get", "gets", "got", "and",
))  # fmt: skip
_BEHIND = frozenset(("date", "day", "time", "it", "them", "itself", "timestamp", "one"))
_BEGUN = frozenset(map(stem, ("placed", "made", "created", "opened", "submitted", "entered", "placement", "creation")))
_OTHER = frozenset((
    "first", "last", "latest", "previous", "next", "promised", "expected", "planned", "estimated", "scheduled",
    "requested", "target",
))  # fmt: skip
"""Words without which another day is spoken of."""


def with_lasting(ask: Ask, wide: Wide) -> tuple[Ask, Wide]:
    """The question with "days taken" where it speaks of two days of a row, and the table with a column of that; places
    behind stay where they are."""
    for start, end, put, made_of, unit in _spoken(ask.question, wide.table):
        if unit in _SHORT:
            made_of = (_moment_of(made_of[0], wide), _moment_of(made_of[1], wide))
        name = f"{unit}s_{_TAKEN}"
        if not all(made_of) or made_of[0] == made_of[1]:
            continue
        of_others = any(name in wide.columns for name in made_of) or not speaks_of(ask.question, wide.base)
        if _FIRST_LAST.search(ask.question) and of_others:
            continue  # from the first order in Chicago to the last is not what passed for each customer
        said = put.format(taken=words(name)).ljust(end - start)
        if len(said) > end - start or any(c.name == name for c in wide.table.columns):
            continue
        column = CatalogColumn(name, "BIGINT", description=f"{unit}s from {made_of[0]} to {made_of[1]}")
        whole = replace(wide.table, columns=(*wide.table.columns, column))
        question = _without_unit(ask.question[:start] + said + ask.question[end:], unit)
        return ask.add(question=question), replace(wide, table=whole, derived={**wide.derived, name: made_of})
    return ask, wide


def _moment_of(name: str, wide: Wide) -> str:
    """Hours and minutes pass from moment to moment: of a day the first moment of its table, or ""."""
    column = wide.table.column(name)
    if column is not None and column.type.upper() != "DATE":
        return name
    home, _ = wide.columns.get(name, ("", name))
    same = (c for c in _times(wide.table) if wide.columns.get(c.name, ("", ""))[0] == home and c.type.upper() != "DATE")
    return next((c.name for c in same), "")


def speaks_of_two(question: str) -> bool:
    """Of two days, perhaps."""
    korean = (_KOREAN, _KO_LASTS)
    patterns = korean if has_hangul(question) else (*(pattern for pattern, _ in _ENGLISH), _LATER, _LASTS)
    return any(pattern.search(question) for pattern in patterns)


def written(name: str, start: exp.Expression, end: exp.Expression) -> exp.Expression:
    unit = name.split("s_", maxsplit=1)[0]
    if unit == "week":  # not how many Mondays lie between
        days = exp.DateDiff(this=end, expression=start, unit=exp.var("day"))
        return exp.Div(this=days, expression=exp.Literal.number("7.0"))
    return exp.DateDiff(this=end, expression=start, unit=exp.var(unit))


def is_duration(name: str) -> bool:
    return name.endswith(f"s_{_TAKEN}")


def _without_unit(question: str, unit: str) -> str:
    """ "..., in hours": that is what it is read with."""
    found = next((m for m in _IN_UNIT.finditer(question) if m["unit"].casefold() == unit), None)
    return question if found is None else question[: found.start()] + " " * len(found[0]) + question[found.end() :]


_Spoken = tuple[int, int, str, tuple[str, str], str]


def _spoken(question: str, table: CatalogTable) -> Iterator[_Spoken]:
    """Where it stands, what is put there, the two columns, the unit."""
    if has_hangul(question):
        yield from _in_korean(question, table)
        return
    for pattern, put in _ENGLISH:
        for match in pattern.finditer(question):
            if found := _days(match, table):
                made_of, end = found
                if unit := _unit(match["unit"] or _told(question), made_of, table):
                    yield match.start(), end, put, made_of, unit
    for match in _TO_DO.finditer(question):
        yield from _to_do(match, question, table)
    for match in _LASTS.finditer(question):
        is_row = stem(match["noun"].split()[-1].casefold()) in terms(noun_of(table))
        ends = _ends_of_rows(table) if is_row else None
        if ends and (unit := _unit(match["unit"] or _told(question), ends, table)):
            yield match.start(), match.end(), "what is the average {taken}", ends, unit
    for match in _LATER.finditer(question):
        last, first = moment([match["last"]], table), _longest(match["first"], table)
        if last and first and last != first[0]:
            bound = match["bound"].casefold()
            put = f"with {_SIGNS.get(bound, bound)} {match['number']} {{taken}}"
            yield match.start(), match.start("first") + first[1], put, (first[0], last), match["unit"].casefold()


def _ends_of_rows(table: CatalogTable) -> tuple[str, str] | None:
    """The day on which a row begins and that on which it ends, where it has one of each."""
    spelled = {c.name: set(words(c.name).split()) for c in _times(table)}
    starts, ends = ([name for name, said in spelled.items() if said & which] for which in (_STARTS, _ENDS))
    return (starts[0], ends[0]) if len(starts) == len(ends) == 1 and starts != ends else None


def _to_do(match: re.Match[str], question: str, table: CatalogTable) -> Iterator[_Spoken]:
    """ "How long does it take to resolve a ticket": from the day that a row is of to that of the deed."""
    own, last = event_time(table), moment([match["deed"]], table) or moment([_participle(match["deed"])], table)
    if own is None or not last or last == own.name:
        return
    is_row = stem((match["noun"] or "").strip().casefold()) in terms(noun_of(table))
    end = match.end() if is_row else match.end("deed")
    if unit := _unit(match["unit"] or _told(question), (own.name, last), table):
        yield match.start(), end, "what is the average {taken}", (own.name, last), unit


def _participle(verb: str) -> str:
    from lemminflect import getInflection  # type: ignore[import-untyped]

    return next(iter(getInflection(verb.casefold(), tag="VBN")), verb)


def _in_korean(question: str, table: CatalogTable) -> Iterator[_Spoken]:
    for match in _KOREAN.finditer(question):
        first = korean_moment(match["first"], question, table)
        last = korean_moment(match["last"], question, table)
        if not first or not last or first[0] == last[0]:
            continue
        made_of = (first[0], last[0])
        said = match["unit"] or ("일" if "일" in match["said"] else "")
        is_asked = match["average"] or match["behind"] or match["unit"] or match["said"] == "며칠"
        average = "평균 " if is_asked or not _OTHERWISE.search(question) else ""
        if unit := _unit(_KO_UNITS.get(said, "") or ("day" if match["said"] == "며칠" else ""), made_of, table):
            yield match.start("first") + first[1], match.end(), average + "{taken}", made_of, unit
    for match in _KO_LASTS.finditer(question):
        ends = _ends_of_rows(table)
        said = "" if match["said"].startswith("얼마") else "day"
        if ends and (unit := _unit(said, ends, table)):
            yield match.start(), match.end(), "평균 {taken}", ends, unit


def _told(question: str) -> str:
    """ "How long ..., in hours?" """
    found = _IN_UNIT.search(question)
    return found["unit"] if found else ""


def _unit(said: str | None, made_of: tuple[str, str], table: CatalogTable) -> str:
    """Days of two dates; "" where nobody says which."""
    if said:
        return said.casefold()
    known = [table.column(name) for name in made_of]
    return "day" if all(c is not None and c.type.upper() == "DATE" for c in known) else ""


def _days(match: re.Match[str], table: CatalogTable) -> tuple[tuple[str, str], int] | None:
    first, last = moment(match["first"].split(), table), _longest(match["last"], table)
    if not first or last is None or first == last[0]:
        return None
    return (first, last[0]), match.start("last") + last[1]


def _longest(said: str, table: CatalogTable) -> tuple[str, int] | None:
    """The day that the text begins with, and how far it goes."""
    spans = [m.span() for m in re.finditer(r"[\w'-]+", said)][:6]
    for count in range(len(spans), 0, -1):
        if found := moment([said[a:b] for a, b in spans[:count]], table):
            return found, spans[count - 1][1]
    return None


def moment(said: list[str], table: CatalogTable) -> str:
    """The one column of the day that is spoken of, "" where there is none or several."""
    spoken = [word.casefold() for word in said]
    while spoken and spoken[0] in _SMALL:
        del spoken[0]
    while len(spoken) > 1 and spoken[-1] in _BEHIND:
        del spoken[-1]
    noun = set(terms(noun_of(table)))
    told = [word for word in spoken if word not in _SMALL]
    if not told or len(told) < len(spoken) - 3 or spoken != [w for w in spoken if w not in _BEHIND or w in told]:
        return ""
    times = {
        c.name: tables.deeds(c, "") for c in _times(table) if _OTHER.intersection(words(c.name).split()) <= {*told}
    }
    for bare in (told, [word for word in told if stem(word) not in noun]):
        found = [name for name, deeds in times.items() if bare and all(deeds & deed_of(word) for word in bare)]
        if len(moments := [n for n in found if (c := table.column(n)) and c.type.upper() != "DATE"]) == 1:
            found = moments  # the moment of the order rather than its day
        if len(found) == 1:
            return found[0]
    left = [word for word in told if stem(word) not in noun]
    own = event_time(table)
    return own.name if own is not None and left and all(stem(word) in _BEGUN for word in left) else ""


def _times(table: CatalogTable) -> list[CatalogColumn]:
    return [c for c in table.columns if tables.is_time(c) and not c.pii and tables.grain(c) == "day"]


def korean_moment(said: str, question: str, table: CatalogTable) -> tuple[str, int] | None:
    """The one column of the day that the last words name, and where these begin."""
    spans = [m.span() for m in re.finditer(r"\S+", said)]
    times = _times(table)
    for begin, _ in spans:
        spoken = said[begin:]
        if not has_hangul(spoken):
            name = moment(spoken.split(), table)
            found = [name] if name else []
        else:
            bare = re.sub(r"(?:일자|일시|일|시각|시점)$", "", "".join(spoken.split()))
            named = [
                c.name
                for c in times
                if any("".join(s.split()) in (bare, f"{bare}일", f"{bare}일시") for s in c.synonyms)
            ]
            meant = {*terms(bare)}
            found = named or [c.name for c in times if meant and meant <= tables.deeds(c, question)]
        if len(found) == 1:
            return found[0], begin
    return None
