"""Small words of English: what stands for a sign, an order, a function; which column an adjective speaks of."""

from __future__ import annotations

from plugin.generator.generate.phrases.tree import Function, Sign

DETERMINERS = (
    "the|a|an|all|all the|all of the|each of the|every|each|any|any of the|our|those|these|some|some of the|its|their|"
    "his|her|the corresponding|corresponding|their corresponding|its corresponding|the respective|their respective"
).split("|")
DIFFERENT = (
    "different|distinct|unique|all different|all distinct|the different|the distinct|the unique|all the different|"
    "all the distinct|all unique|a list of distinct|a list of the different|the distinct set of"
).split("|")
LEADS = (
    "show|show me|list|list all|give|give me|return|find|find out|tell me|display|get|report|name|state|provide|"
    "what is|what are|what 's|what was|what were|who is|who are|which are|which is|please show|please list|"
    "can you list|i want|what|show us|give us|select|retrieve|identify|output|write|present|compute|calculate"
).split("|")
RELATIVE = "that|which|who|whom|where|when|and that|and who|in which|for which|on which|at which|to which".split("|")
BEING = "is|are|was|were|be|been|being|has been|have been|had been|do|does|did|can|will".split("|")
HAVING = "with|having|have|has|had|that have|who have|who has|that has|which has|which have|who had|that had|own|owns|with a".split("|")
WHOSE = "whose|where the|where|for which the|where their|for whom the|when the|whose own".split("|")
PLACES = (
    "in|from|of|at|on|for|by|to|with|under|within|inside|into|about|during|as|located in|based in|situated in|living in|"
    "who live in|that live in|that belong to|belonging to|that lie in|which lie in|located at|held in|made in|"
    "produced in|born in|hosted in|who come from|that come from|coming from|used in|used for|used by"
).split("|")
NAMED = "named|called|titled|with name|with the name|by the name of|with title|with the title|that is named|that is called|who is named|who is called|entitled".split("|")
JOINED = "and|,|, and|, as well as|as well as|along with|, along with|together with|and also|, and also|, together with|and the corresponding".split("|")
AND = "and|,|, and|but|, but|and also|but also|, who|, that|, which|and is|and are|, and also".split("|")

SIGNS: dict[str, Sign] = {}
for _sign, _said in (
    (
        ">",
        "above|over|more than|greater than|higher than|larger than|bigger than|later than|after|exceeding|exceeds|"
        "longer than|heavier than|older than|taller than|of over|of more than|of above|of greater than|bigger in size than|"
        "of at more than|that exceeds|strictly greater than|aged over|aged above|newer than",
    ),
    ("<", "below|under|less than|lower than|smaller than|fewer than|before|earlier than|shorter than|lighter than|"
          "younger than|of under|of less than|of below|prior to|aged under|aged below"),
    (">=", "at least|no less than|not less than|a minimum of|of at least|no fewer than|not fewer than|equal to or greater than|greater than or equal to|since|starting from"),
    ("<=", "at most|no more than|not more than|up to|a maximum of|of at most|less than or equal to|not exceeding"),
    ("=", "equal to|equals|of|exactly|equal|of exactly|only|being|as"),
    ("!=", "not|not equal to|other than|different from|except|besides"),
):
    SIGNS.update({said.strip(): _sign for said in _said.split("|")})  # type: ignore[dict-item]
BEHIND: dict[str, Sign] = {
    "or more": ">=", "or above": ">=", "or higher": ">=", "or later": ">=", "or after": ">=", "or over": ">=",
    "and above": ">=", "or older": ">=", "or greater": ">=", "or less": "<=", "or below": "<=", "or fewer": "<=",
    "or lower": "<=", "or earlier": "<=", "or before": "<=", "or younger": "<=", "and below": "<=",
}

FUNCTIONS: dict[str, Function] = {}
for _function, _said in (
    ("avg", "average|mean|avg|averaged"),
    ("min", "minimum|min|lowest|smallest|least|minimal"),
    ("max", "maximum|max|highest|largest|greatest|biggest|maximal"),
    ("sum", "total|sum|sum of|total sum of|combined|overall|sum of the|total amount of|summed"),
):
    FUNCTIONS.update(dict.fromkeys(_said.split("|"), _function))  # type: ignore[arg-type]

HIGH = frozenset("highest largest biggest greatest most maximum max longest top".split())
LOW = frozenset("lowest smallest fewest least minimum min shortest bottom".split())
MOST = "most|the most|most number of|the most number of|the greatest number of|greatest number of|the largest number of|largest number of|the highest number of|highest number of|the maximum number of|the biggest number of|the greatest amount of|the most amount of".split("|")
FEWEST = "fewest|the fewest|the least|least|the least number of|least number of|the smallest number of|smallest number of|the fewest number of|fewest number of|the lowest number of|the minimum number of".split("|")

# adjective -> (words for the column that it speaks of, whether more of it is more of the column)
ADJECTIVES: dict[str, tuple[tuple[str, ...], bool]] = {}
for _more, _less, _columns in (
    ("older oldest", "younger youngest", "age"),
    ("heavier heaviest", "lighter lightest", "weight"),
    ("taller tallest", "shorter shortest", "height"),
    ("longer longest", "shorter shortest", "length duration"),
    ("costlier costliest priciest dearest", "cheaper cheapest", "price cost"),
    ("newer newest latest later recent", "oldest older earliest earlier", "year date"),
    ("faster fastest", "slower slowest", "speed"),
    ("richer richest", "poorer poorest", "income wealth"),
    ("populous populated populace", "", "population"),
    ("expensive", "", "price cost"),
):
    for _words, _is_more in ((_more, True), (_less, False)):
        for _word in _words.split():
            _known = ADJECTIVES.get(_word, ((), _is_more))
            ADJECTIVES[_word] = ((*_known[0], *_columns.split()), _known[1])
PLAIN = frozenset("populous populated populace expensive recent".split())  # take "most", "more", "least"

FEMALE = frozenset("female females woman women girl girls".split())
MALE = frozenset("male males man men boy boys".split())

NEGATED = "not|never|no|n't|without|cannot".split("|")
