"""Which licences the dependencies have, and whether they go with ours.

python release/licences.py            # writes docs/reference/licences.md; exit code 1 if one does not fit
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/reference/licences.md"
STATIC = ROOT / "plugin/web/static/LICENSES.txt"

PERMISSIVE = {
    "Apache-2.0": r"apache", "BSD": r"\bbsd\b|bsd-\d|0bsd", "MIT": r"\bmit\b|mit-0|mit-cmu", "ISC": r"\bisc",
    "PSF-2.0": r"python software foundation|\bpsf|cnri-python", "HPND": r"\bhpnd", "Unlicense": r"unlicense",
    "CC0-1.0": r"cc0", "Zlib": r"\bzlib\b", "BSL-1.0": r"boost|\bbsl-1",
}  # fmt: skip
WEAK = {"MPL-2.0": r"mpl|mozilla public", "LGPL": r"lgpl|lesser general"}
"""Used as they are, from their own packages, and changed nowhere: then they ask nothing of our code."""

EXCEPTIONS = {
    "axe-playwright-python": "MIT: its LICENSE file; the metadata says nothing. Tests alone use it",
    "openmetadata-ingestion": "not an open-source licence. Only the extra `openmetadata` asks for it; dbt-ask neither "
    "contains nor passes it on, and whoever installs the extra accepts its terms",
    "text-unidecode": "Artistic License or GPL, at choice: taken under the Artistic License. dbt-core brings it",
}
"""Looked at by a person, with the reason."""


def main() -> int:
    rows, wrong, absent = [], [], []
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        name, _, version = line.partition("==")
        if not version:
            continue
        said = licence_of(name)
        if said is None:
            absent.append(name)
            continue
        verdict = EXCEPTIONS.get(name) or fits(said)
        rows.append((name, version, shortened(said), verdict or "**does not fit**"))
        if not verdict:
            wrong.append(f"{name}: {said[:80]}")
    PAGE.write_text(page(rows, absent), encoding="utf-8")
    for text in wrong:
        print(f"does not fit, or is not understood: {text}")  # noqa: T201
    print(f"{len(rows)} dependencies looked at, {len(wrong)} to be settled, {len(absent)} not installed")  # noqa: T201
    return 1 if wrong else 0


def licence_of(name: str) -> str | None:
    """What the installed package says: the expression, else its classifiers, else the free text; "" for nothing."""
    try:
        said = distribution(name).metadata
    except PackageNotFoundError:
        return None
    if expression := said.get("License-Expression"):
        return str(expression)
    classes = [text.split(" :: ")[-1] for text in said.get_all("Classifier") or () if text.startswith("License :: ")]
    classes = [text for text in classes if text not in ("OSI Approved", "DFSG approved")]
    return " AND ".join(classes) or (said.get("License") or "").strip().split("\n")[0]


def fits(said: str) -> str:
    """The names of the licences, or "" where a part is not on a list. Of an OR one part is enough."""
    found = []
    for part in re.split(r"\s+AND\s+|;", said):
        names = [name for choice in re.split(r"\s+OR\s+", part) if (name := known(choice))]
        if not names:
            return ""
        found.append(names[0])
    return ", ".join(dict.fromkeys(found))


def known(text: str) -> str:
    head = text.strip().strip("()").split("\n")[0]
    return next((name for name, like in (PERMISSIVE | WEAK).items() if re.search(like, head, re.IGNORECASE)), "")


def shortened(said: str) -> str:
    return said.split("\n")[0][:60].replace("|", "\\|") or "says nothing"


def page(rows: list[tuple[str, str, str, str]], absent: list[str]) -> str:
    carried = re.findall(r"^(\S+ \d\S*) \((.+)\)$", STATIC.read_text(encoding="utf-8"), re.MULTILINE)
    lines = [
        "# Licences", "",
        "dbt-ask is Apache-2.0. Written by `python release/licences.py` from what the installed packages say of",
        "themselves; it fails on a licence that is neither on its list (permissive ones, and MPL and LGPL, which ask",
        "nothing of code that uses a package as it is) nor among the exceptions, each with its reason.", "",
        "## Dependencies, extras included", "", "| package | version | says | counts as |", "|---|---|---|---|",
        *("| " + " | ".join(row) + " |" for row in rows), "",
    ]  # fmt: skip
    if absent:
        lines += [f"Not installed where this page was written, so not looked at: {', '.join(absent)}.", ""]
    lines += ["## Carried in the wheel", "", "Their full texts are in `plugin/web/static/LICENSES.txt`.", ""]
    lines += ["| package | licence |", "|---|---|", *(f"| {name} | {licence} |" for name, licence in carried), ""]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
