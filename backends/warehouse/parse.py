"""Layer 1: the text is one statement, and that statement is a query.

Functions are parsed by name alone. sqlglot would make nodes of its own of them and write other functions in
their place; here the name that is checked is the name that was written and the name that runs.
"""

from __future__ import annotations

from functools import cache

from sqlglot import ErrorLevel, exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ParseError, TokenError
from sqlglot.parser import Parser
from sqlglot.tokenizer_core import Token, TokenType

from backends.errors import QueryRefused

# Calls whose arguments are not separated by commas alone.
_SYNTAX = frozenset({"CAST", "TRY_CAST", "SAFE_CAST", "EXTRACT", "OVERLAY", "POSITION", "SUBSTRING", "TRIM"})
MAX_CHARS = 50_000
MAX_TOKENS = 5_000
MAX_NESTING = 60
MAX_NESTED_TYPES = 5  # sqlglot reads `date(` twice, as a type and as a call, and so all that stands inside

# A statement that begins otherwise is no query; sqlglot would keep some of those as unparsed text.
_BEGINS_QUERY = frozenset({TokenType.SELECT, TokenType.WITH, TokenType.FROM, TokenType.L_PAREN})
_OPENS = frozenset({TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE, TokenType.CASE})
_CLOSES = frozenset({TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE, TokenType.END})


def parse_query(sql: str, dialect: str) -> exp.Query:
    tokens = _tokens(sql, dialect)
    statements = _statements(tokens, dialect)
    if not statements:
        raise QueryRefused("parse", "the text holds no statement")
    if len(statements) > 1:
        raise QueryRefused(
            "one_statement",
            f"the text holds {len(statements)} statements",
            hint="send one SELECT and nothing after its semicolon",
        )
    first = statements[0][0]
    if first.token_type not in _BEGINS_QUERY:
        raise QueryRefused("not_a_query", f"{first.text.upper()[:40]} is not a query", hint="only SELECT is run")
    tree = _parse(statements[0], sql, dialect)
    if not isinstance(tree, exp.Query) or isinstance(tree, exp.DML):
        raise QueryRefused("not_a_query", f"the statement is {tree.key.upper()}, no query", hint="only SELECT is run")
    return tree


def parse_leniently(sql: str, dialect: str) -> list[exp.Expression]:
    """What stands in for layer 1 where a test takes it away."""
    return [_parse(tokens, sql, dialect) for tokens in _statements(_tokens(sql, dialect), dialect)]


def _tokens(sql: str, dialect: str) -> list[Token]:
    if len(sql) > MAX_CHARS:
        raise QueryRefused("too_large", f"the text has {len(sql):,} characters of at most {MAX_CHARS:,}")
    if "\x00" in sql:
        raise QueryRefused("parse", "the text holds a NUL character")
    try:
        tokens = list(Dialect.get_or_raise(dialect).tokenize(sql))
    except TokenError as error:
        raise QueryRefused("parse", f"the text is no {dialect} SQL: {_first_line(error)}") from error
    if len(tokens) > MAX_TOKENS:
        raise QueryRefused("too_large", f"the text has {len(tokens):,} words and signs of at most {MAX_TOKENS:,}")
    return tokens


def _statements(tokens: list[Token], dialect: str) -> list[list[Token]]:
    types = Dialect.get_or_raise(dialect).parser_class.TYPE_TOKENS
    statements: list[list[Token]] = [[]]
    opened: list[bool] = []  # whether the word before the bracket can be a type
    before: TokenType | None = None
    for token in tokens:
        if token.token_type is TokenType.SEMICOLON:
            statements.append([])
            continue
        if token.token_type in _OPENS:
            opened.append(before in types)
        elif token.token_type in _CLOSES and opened:
            opened.pop()
        if len(opened) > MAX_NESTING or sum(opened) > MAX_NESTED_TYPES:
            raise QueryRefused("too_large", "the query nests too deeply")
        before = token.token_type
        statements[-1].append(token)
    return [statement for statement in statements if statement]


def _parse(tokens: list[Token], sql: str, dialect: str) -> exp.Expression:
    parser = _parser_class(dialect)(dialect=dialect, error_level=ErrorLevel.IMMEDIATE)
    try:
        tree = parser.parse(tokens, sql)[0]
    except ParseError as error:
        raise QueryRefused("parse", f"the text is no {dialect} SQL: {_first_line(error)}") from error
    except RecursionError as error:
        raise QueryRefused("too_large", "the query nests too deeply") from error
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        # sqlglot stumbles over some malformed text instead of saying so.
        raise QueryRefused("parse", f"the text is no {dialect} SQL") from error
    if tree is None:
        raise QueryRefused("parse", "the text holds no statement")
    return tree


@cache
def _parser_class(dialect: str) -> type[Parser]:
    base = Dialect.get_or_raise(dialect).parser_class
    syntax = {name: parse for name, parse in base.FUNCTION_PARSERS.items() if name in _SYNTAX}
    # `f(note -> 'key')` takes a value out of JSON; it begins no lambda.
    lambdas = {token: parse for token, parse in base.LAMBDAS.items() if token is not TokenType.ARROW}
    by_name_alone = {"FUNCTIONS": {}, "FUNCTION_PARSERS": syntax, "LAMBDAS": lambdas}
    if hasattr(base, "AGG_FUNC_MAPPING"):  # ClickHouse's: `count` would be another node than `COUNT`
        by_name_alone["AGG_FUNC_MAPPING"] = {}
    return type(f"Door{base.__name__}", (base,), by_name_alone)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
