"""What the columns of a question are for: by which it groups, and of which it lists."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import pairwise

from backends.vectors.tokens import terms
from catalog_sync.model import CatalogTable
from catalog_sync.names import words
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.names.lexicon import names
from plugin.generator.generate.plan.names.naming import noun_of
from plugin.generator.generate.plan.recognition.measure import is_by_row
from plugin.generator.generate.plan.words.operators import Operator
from plugin.generator.generate.plan.words.patterns import Kind
from plugin.generator.generate.plan.words.seen import Found, Recognised

_WHICH = re.compile(
    r"^\W*(?:which|list|show|show me|name|give me)(?: all| the| our| of the| of our)*\s+$", re.IGNORECASE
)
_THEIRS = re.compile(r"\b(?:with|and) (?:(?:their|its|the) )?$", re.IGNORECASE)
_KO_WHICH = re.compile(r"(?:은|는|이|가|들은|들이)?\s*(?:뭐|무엇|어떤 게|어느|[?]|$)|\s*(?:목록|리스트)")
_ASKED = ("which", "what", "rank the", "rank our", "rank all", "compare the", "compare our", "어느", "어떤", "무슨")
_WHOLE = re.compile(
    r"들?\s*전체|\s+(?:taken |put )?(?:together|combined)\b", re.IGNORECASE
)  # 매장 전체의 매출: of all of them
_ACROSS = re.compile(
    r"\b(?:across|over|did|do|have|has)\s+all(?:\s+of)?(?:\s+(?:our|the|its|their))?\s*$", re.IGNORECASE
)
_OWN = re.compile(r"들?의\s")
_OWNED_BY = re.compile(r"\bof (?:all |each |every |the |our |those )*$", re.IGNORECASE)
_DOES = re.compile(r"들?[이가]\s+(?:제시|제공|납품|판매|보유|등록|기록|달성|주문|구매|요청|청구)한\s")
_DO = re.compile(r"\bhow (?:many|much)\b.*\b(?:do|does|did)\s+(?:all |the |our )*$", re.IGNORECASE)
_DOER = re.compile(r"들?[이가]\s")
_AGGREGATES: tuple[Kind, ...] = (
    "count",
    "average",
    "total",
    "share",
    "growth",
    "difference",
    "moved",
    "running",
    "moving",
    "each",
)
_WITH_THEIRS = re.compile(r",?\s*(?:and|with|along with|together with|including|plus)\s+(?:their|its)\b", re.IGNORECASE)
_EITHER = frozenset(("or", ", or", "' or '", '" or "', "또는", "이나", "나", "혹은"))
_OF = frozenset(("in", "from", "of", "at", "the", "in the", "from the", "based in", "located in", "의", "에 있는"))
_JOINED = frozenset((",", "and", ", and", "와", "과", "및", "·", "/", ""))


def groups(seen: Recognised, ranked: Operator | None, *, noun: Collection[tuple[str, ...] | str]) -> list[str]:
    """Columns in the order of the question. `noun`: the names of what a row is; beside a measure it only says of whom
    one speaks ("the average balance of customers"). Raises Unread."""
    ranked = ranked or _ranking(seen)
    lists = not any(f.name.role in ("measure", "rows") or seen.is_distinct(f.span) for f in seen.found)
    lists = lists or _only_bounds(seen)
    marked: list[str] = []
    unmarked: list[Found] = []
    last: Found | None = None
    owner: Found | None = None
    for one in seen.found:
        if one.name.role != "dimension" or seen.is_distinct(one.span) or seen.many(one.span):
            continue
        if not lists and _is_whole(one, seen):
            continue
        if not lists and _is_modifier(one, seen):
            continue
        if _owns_next(one, seen, noun):
            owner = one
            continue
        of_marked = owner is not None and _is_marked(owner, seen) and not seen.text.between(owner.span[1], one.span[0])
        if _is_marked(one, seen) or of_marked or (last is not None and _is_joined(last, one, seen)):
            marked.append(one.name.column)
            last = one
        else:
            unmarked.append(one)
    if not (lists or ranked):
        unmarked = [one for one in unmarked if _has_more(one, seen) or not _is_beside_value(one, seen)]
    if noun and not ranked and seen.first(*_AGGREGATES) is None:
        listed = [one for one in unmarked if _is_listed(one, seen) or (one.name.form in noun and _has_more(one, seen))]
        marked += [one.name.column for one in listed]
        unmarked = [one for one in unmarked if one not in listed]
    if marked:
        unmarked = [one for one in unmarked if not (one.name.form in noun and _owns(one, seen))]
        unmarked = [one for one in unmarked if one.name.column not in marked or not _is_joined_to(one, seen)]
    if marked and lists and any(one.name.form in noun for one in unmarked):
        raise Unread("what to list")
    if marked or not (lists or ranked or _is_bounded(seen)) or (seen.first("total", "average") and not ranked):
        unmarked = [one for one in unmarked if one.name.form not in noun]
    if unmarked:
        is_head = (not marked or ranked is not None) and (lists or ranked is not None or _is_bounded(seen))
        if len({f.name.column for f in unmarked}) > 1 or not is_head:
            raise Unread(f"what {unmarked[0].name.column} is for")
        marked.append(unmarked[0].name.column)
    single = {c for c, values in seen.filters.items() if len(set(values)) == 1}
    if single & set(marked):
        raise Unread("a group of one value")
    apart = [c for c in seen.filters if c not in single and not _is_one_lot(c, seen) and not (ranked and marked)]
    return list(dict.fromkeys([*marked, *apart, *filter(None, (seen.either,))]))


def kinds_of_things(seen: Recognised, base: CatalogTable) -> list[str]:
    """ "Which beverages cost less than 6", 6달러 미만인 음료는: a kind of the rows stands for those of them by name."""
    own = {n.column for n in names(base) if n.role == "dimension" and n.own and n.form == terms(noun_of(base))}
    asked = [f for f in seen.found if f.name.role in ("measure", "rows")]
    if len(own) != 1 or not is_by_row(base) or seen.first(*_AGGREGATES, "top", "bottom") is not None:
        return []
    said = seen.text.text
    bounds = [f for f in asked if seen.bound(f.span) or any(o.span == f.span for o in seen.operators)]
    theirs = all(_THEIRS.search(said, 0, f.span[0]) for f in asked if f not in bounds)
    for column, (start, end) in seen.values:
        is_plural = said[start : end + 1].rstrip(" ?,.").casefold().endswith("s")
        heads = theirs and is_plural and _WHICH.match(said[:start]) is not None
        if asked and not heads and len(bounds) < len(asked):
            continue
        if (heads or (end < len(said) and _KO_WHICH.match(said, end))) and column in {c.name for c in base.columns}:
            return [own.pop()]
    return []


def head(seen: Recognised, groups: Sequence[str]) -> str:
    """What is ranked, where that is done for each of something else: "the best product in each store"; else ""."""
    if len(groups) < 2:
        return ""
    each = {f.name.column for f in seen.found if f.name.role == "dimension" and is_for_each(f, seen)}
    heads = [g for g in groups if g not in each]
    if len(heads) != 1:
        raise Unread("what is ranked")
    return heads[0]


def _is_modifier(one: Found, seen: Recognised) -> bool:
    """매장 고객, 공급업체들이 제시한 단가: the first noun says whose they are, and groups nothing."""
    if _is_marked(one, seen) or _ranking(seen):
        return False
    asked = seen.first("count") is not None or any(f.name.role == "measure" for f in seen.found)
    if asked and _DO.search(seen.text.text, 0, one.span[0]):
        return True  # "how many pieces do suppliers have in stock"
    if _DOES.match(seen.text.text, one.span[1]) and any(f.name.role == "measure" for f in seen.found):
        return True
    behind = [f for f in seen.found if f.name.counted and f.span[0] > one.span[1]]
    if _DOER.match(seen.text.text, one.span[1]) and any(
        f.name.role == "rows" and seen.is_counted(f.span) for f in behind
    ):
        return True  # 손님들이 트윗을 몇 건 올렸어
    return any(seen.text.between(one.span[1], f.span[0]) == "" for f in behind)


def _ranking(seen: Recognised) -> Operator | None:
    """ "The ranking of the stores by orders", 매장 매출 순위: all of them, in their order."""
    return next((o for o in seen.operators if o.of == "rank"), None)


def _owns_next(one: Found, seen: Recognised, noun: Collection[tuple[str, ...] | str]) -> bool:
    """ "Per technician skill level", 기사 등급별, the "product type" of products: whose the next is; they are not both
    wanted."""
    said = {one.name.form} if isinstance(one.name.form, str) else set(one.name.form)
    is_thing = terms(words(one.name.column).removesuffix(" name")) in noun
    for other in seen.found:
        if other.name.role == "dimension" and other.span[0] > one.span[1]:
            home = seen.homes.get(other.name.column)
            is_its = all(map(home.is_called, said)) if home else is_thing and other.name.column != one.name.column
            is_its = is_its or (
                one.name.form in noun and one.name.column.casefold().endswith("_id")
            )  # the loan product
            if is_its and seen.text.between(one.span[1], other.span[0]) == "":
                return True
    return False


def _owns(one: Found, seen: Recognised) -> bool:
    """고객사의 나라와 업종, "the country and segment of customers": whose they are."""
    return bool(_OWN.match(seen.text.text, one.span[1]) or _OWNED_BY.search(seen.text.text, 0, one.span[0]))


def _has_more(one: Found, seen: Recognised) -> bool:
    """ "Stores with their opening date", "suppliers in Peru and their balance": they are wanted too."""
    values = (span for _, span in seen.values if span[0] >= one.span[1])
    of_values = [end for start, end in values if seen.text.between(one.span[1], start, seen.qualifiers) in _OF]
    return any(_WITH_THEIRS.match(seen.text.text, end) for end in (one.span[1], *of_values))


def _is_listed(one: Found, seen: Recognised) -> bool:
    """ "The name, country and balance of": one of several things that are wanted of each row."""
    others = (f for f in seen.found if f is not one and f.name.role in ("dimension", "measure"))
    between = (seen.text.between(min(one.span[1], f.span[1]), max(one.span[0], f.span[0])) for f in others)
    return any(said in _JOINED - {""} for said in between)


def _is_whole(one: Found, seen: Recognised) -> bool:
    """ "Across all our stores", "what did all our stores sell", 매장 전체의: of all of them together."""
    said = seen.text.text
    return bool(_WHOLE.match(said, one.span[1]) or _ACROSS.search(said, 0, one.span[0]))


def _is_beside_value(one: Found, seen: Recognised) -> bool:
    """ "Automotive customers", "suppliers in Kenya": the value says which of them; the word alone groups nothing."""
    for _, span in seen.values:
        between = seen.text.between(min(span[1], one.span[1]), max(span[0], one.span[0]), seen.qualifiers)
        if between in _OF or (between == "" and span[0] != one.span[0]):
            return True
    return False


def is_for_each(one: Found, seen: Recognised) -> bool:
    """ "By store", 매장별."""
    before, behind = seen.before(one.span), seen.behind(one.span)
    return any(o is not None and o.kind == "each" for o in (before, behind))


def _only_bounds(seen: Recognised) -> bool:
    """ "Nations with more than 50 suppliers": the figure is only a condition."""
    asked = [f for f in seen.found if f.name.role in ("measure", "rows") or seen.many(f.span)]
    return bool(asked) and all(seen.bound(f.span) for f in asked)


def _is_one_lot(column: str, seen: Recognised) -> bool:
    """Several values of a column are looked at side by side, but for "A or B" and for the total of both."""
    places = sorted(place for c, place in seen.values if c == column)
    between = {seen.text.between(a[1], b[0]) for a, b in pairwise(places)}
    together = seen.first("total") is not None and seen.first("compare") is None
    return bool(between & _EITHER) or together


def _is_bounded(seen: Recognised) -> bool:
    """ "Stores with more than 100 orders", "with more than the average" """
    return seen.first("above", "least", "below", "most", "over_average", "under_average", "than_then") is not None


def _is_marked(one: Found, seen: Recognised) -> bool:
    before, behind = seen.before(one.span), seen.behind(one.span)
    if one.span in seen.each or (isinstance(one.name.form, str) and one.name.form.endswith("별")):
        return True
    if before is not None and before.kind in ("each", "top", "bottom"):
        return True
    if behind is not None and behind.kind == "each":
        return True
    return seen.text.between(0, one.span[0]).endswith(_ASKED)


def _is_joined_to(one: Found, seen: Recognised) -> bool:
    """ "시장 세그먼트별": the next word names the same column once more."""
    others = (f for f in seen.found if f.name.column == one.name.column and f.span[0] > one.span[0])
    return any(not seen.text.between(one.span[1], f.span[0]) for f in others)


def _is_joined(left: Found, right: Found, seen: Recognised) -> bool:
    return seen.text.between(left.span[1], right.span[0]) in _JOINED
