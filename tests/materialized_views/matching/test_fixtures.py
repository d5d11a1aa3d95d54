"""Each rule pinned by pairs in `fixtures/`: a view, statements, and below each what must become of it.

    VIEW columns with types AS its SQL;
    statement;
    => the statement over the view, or REFUSED code

`python -m tests.materialized_views.matching.test_fixtures` writes the answers anew; read the difference.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.materialized_views.matching.conftest import Warehouse, answer

FIXTURES = Path(__file__).parent / "fixtures"


def cases(path: Path) -> list[tuple[tuple[str, str], str, str]]:
    """(view, statement, answer) in the order of the file."""
    found: list[tuple[tuple[str, str], str, str]] = []
    view, query = ("", ""), ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("VIEW "):
            columns, definition = line.removeprefix("VIEW ").rstrip(";").split(" AS ", 1)
            view = columns, definition
        elif line.startswith("=> "):
            found.append((view, query, line.removeprefix("=> ")))
        elif line and not line.startswith("--"):
            query = line.rstrip(";")
    return found


def answered(view: tuple[str, str], query: str) -> str:
    found = answer(*view, query)
    return found if " " in found else f"REFUSED {found}"


ALL = [(path.stem, *case) for path in sorted(FIXTURES.glob("*.sql")) for case in cases(path)]


@pytest.mark.parametrize(("rule", "view", "query", "expected"), ALL)
def test_rule(rule: str, view: tuple[str, str], query: str, expected: str, warehouse: Warehouse) -> None:
    assert answered(view, query) == expected
    if not expected.startswith("REFUSED"):
        assert warehouse.equal(view, query)


def rewrite_fixtures() -> None:
    for path in FIXTURES.glob("*.sql"):
        view, lines = ("", ""), []
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("=> "):
                continue
            lines.append(line)
            if line.startswith("VIEW "):
                columns, definition = line.removeprefix("VIEW ").rstrip(";").split(" AS ", 1)
                view = columns, definition
            elif line and not line.startswith("--"):
                lines.append(f"=> {answered(view, line.rstrip(';'))}")
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    rewrite_fixtures()
