"""The kinds of syntax that a query may consist of. What is not named here is refused, also when it is new.

Functions are not here: `functions/*.txt` names those. These few are functions to sqlglot but syntax to SQL.
"""

from __future__ import annotations

from sqlglot import exp

CLAUSES = frozenset(
    {
        exp.Select,
        exp.Union,
        exp.Except,
        exp.Intersect,
        exp.Subquery,
        exp.With,
        exp.CTE,
        exp.From,
        exp.Join,
        exp.Lateral,
        exp.Unnest,
        exp.Values,
        exp.Table,
        exp.TableAlias,
        exp.Where,
        exp.Group,
        exp.Cube,
        exp.Rollup,
        exp.GroupingSets,
        exp.Having,
        exp.Qualify,
        exp.Order,
        exp.Ordered,
        exp.Limit,
        exp.Fetch,
        exp.LimitOptions,
        exp.Offset,
        exp.Distinct,
        exp.Window,
        exp.WindowSpec,
        exp.Filter,
        exp.WithinGroup,
        exp.IgnoreNulls,
        exp.RespectNulls,
    }
)

VALUES = frozenset(
    {
        exp.Alias,
        exp.Column,
        exp.Identifier,
        exp.Star,
        exp.Literal,
        exp.RawString,
        exp.Null,
        exp.Boolean,
        exp.Interval,
        exp.IntervalSpan,
        exp.Var,
        exp.DataType,
        exp.DataTypeParam,
        exp.Paren,
        exp.Tuple,
        exp.Dot,
        exp.Bracket,
        exp.Slice,
        exp.PropertyEQ,
        exp.JSONPath,
        exp.JSONPathRoot,
        exp.JSONPathKey,
        exp.JSONPathSubscript,
        exp.JSONPathWildcard,
    }
)

OPERATORS = frozenset(
    {
        exp.Add,
        exp.Sub,
        exp.Mul,
        exp.Div,
        exp.IntDiv,
        exp.Mod,
        exp.Neg,
        exp.EQ,
        exp.NEQ,
        exp.GT,
        exp.GTE,
        exp.LT,
        exp.LTE,
        exp.NullSafeEQ,
        exp.NullSafeNEQ,
        exp.Is,
        exp.In,
        exp.Between,
        exp.Like,
        exp.ILike,
        exp.SimilarTo,
        exp.Glob,
        exp.Escape,
        exp.Not,
        exp.DPipe,
        exp.BitwiseAnd,
        exp.BitwiseOr,
        exp.BitwiseNot,
        exp.BitwiseLeftShift,
        exp.BitwiseRightShift,
        exp.AtTimeZone,
        exp.Any,
        exp.All,
        exp.Overlaps,
    }
)

# Functions to sqlglot, syntax to SQL.
SYNTAX_FUNCTIONS = frozenset(
    {
        exp.And,
        exp.Or,
        exp.Case,
        exp.If,
        exp.Cast,
        exp.TryCast,
        exp.Exists,
        exp.Extract,
        exp.Overlay,
        exp.StrPosition,
        exp.Substring,
        exp.Trim,
        exp.Array,
        exp.Struct,
        exp.ToMap,
        exp.Collate,
        exp.Pow,
        exp.RegexpLike,
        exp.RegexpILike,
        exp.JSONExtract,
        exp.JSONExtractScalar,
        exp.JSONBExtract,
        exp.JSONBExtractScalar,
        exp.JSONBContains,
        exp.ArrayContainsAll,
        exp.ArrayOverlaps,
        exp.CurrentDate,
        exp.CurrentTime,
        exp.CurrentTimestamp,
        exp.Localtime,
        exp.Localtimestamp,
    }
)

ALLOWED: frozenset[type[exp.Expression]] = CLAUSES | VALUES | OPERATORS | SYNTAX_FUNCTIONS

# `Identifier` and `Var` are generated as they stand, so they may stand only where their meaning is known.
IDENTIFIER_PLACES: frozenset[tuple[type[exp.Expression], str]] = frozenset(
    {
        (exp.Column, "this"),
        (exp.Column, "table"),
        (exp.Column, "db"),
        (exp.Column, "catalog"),
        (exp.Table, "this"),
        (exp.Table, "db"),
        (exp.Table, "catalog"),
        (exp.Alias, "alias"),
        (exp.TableAlias, "this"),
        (exp.TableAlias, "columns"),
        (exp.Subquery, "alias"),
        (exp.Dot, "expression"),
        (exp.Join, "using"),
        (exp.Window, "this"),
        (exp.Window, "alias"),
        (exp.PropertyEQ, "this"),
        (exp.Collate, "expression"),
    }
)

_WORDS = """
    all both leading trailing
    year years quarter quarters month months week weeks day days hour hours minute minutes second seconds
    millisecond milliseconds microsecond microseconds decade decades century centuries millennium millennia
    isoyear isoweek isodow dow doy dayofweek dayofyear weekday weekofyear yearweek epoch julian era
    timezone timezone_hour timezone_minute
    nocase binary rtrim c posix
"""
VAR_NAMES = frozenset({*_WORDS.split(), "current row", "group", "ties", "no others"})
