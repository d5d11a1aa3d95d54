"""The notes of a release, and who answers for it.

    python release/notes.py               # dist/RELEASE-VERSION.md: changes, revision, hashes of the files
    python release/notes.py --sign "Kim <kim@example.org>"  # adds the name of who looked at it
    python release/notes.py --verify      # exit code 1 if nobody signed, or a file is another since

Files are those that `release/check.py` left in dist/. Whoever publishes verifies first, and puts the notes into the
signed tag (`git tag --sign --file`).
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
DIST = ROOT / "dist"
_SIGNED = re.compile(r"^Signed-off-by: (\S.* <\S+@\S+>)$", re.MULTILINE)
_FILE = re.compile(r"^    ([0-9a-f]{64})  (\S+)$", re.MULTILINE)
_PERSON = re.compile(r"[^<>\n]+ <[^<>\s]+@[^<>\s]+>")


class NotReady(Exception):
    pass


def main(arguments: list[str] | None = None, dist: Path = DIST) -> int:
    parser = argparse.ArgumentParser(description="The notes of a release, and who answers for it.")
    parser.add_argument("--sign", metavar="NAME <MAIL>", help="add this name")
    parser.add_argument(
        "--verify", action="store_true", help="exit code 1 if nobody signed, or a file is another since"
    )
    given = parser.parse_args(arguments)
    path = dist / f"RELEASE-{version()}.md"
    try:
        if given.verify:
            say(f"{path.name} is signed off by {' and '.join(verified(path))}")
        elif given.sign:
            sign(path, given.sign)
            say(f"{given.sign} answers for {path.name}")
        else:
            path.write_text(written(dist), encoding="utf-8")
            say(f"wrote {path}: read it, then  python release/notes.py --sign 'NAME <MAIL>'")
    except NotReady as error:
        say(f"NOT READY: {error}")
        return 1
    return 0


def written(dist: Path) -> str:
    files = sorted(file for file in dist.glob("*") if file.name.endswith((".whl", ".tar.gz")))
    if not files:
        raise NotReady(f"{dist} holds no wheel: run  make release-check")
    hashes = "\n".join(f"    {digest(file)}  {file.name}" for file in files)
    upgrading = f"The state database is brought to revision {revision()}: `dbt-ask backup`, then `dbt-ask upgrade`."
    return f"# dbt-ask {version()}\n\n{changes()}\n\n## Upgrading\n\n{upgrading}\n\n## Files\n\n{hashes}\n"


def sign(path: Path, person: str) -> None:
    """Raises NotReady where a file is not the one that the notes name."""
    if not _PERSON.fullmatch(person):
        raise NotReady(f"{person!r} is no name with a mail address: NAME <MAIL>")
    text = matching(path)
    if person not in _SIGNED.findall(text):
        gap = "" if _SIGNED.search(text) else "\n"
        path.write_text(f"{text.rstrip()}\n{gap}Signed-off-by: {person}\n", encoding="utf-8")


def verified(path: Path) -> list[str]:
    """Who signed."""
    if people := _SIGNED.findall(matching(path)):
        return people
    raise NotReady(f"nobody signed {path.name}")


def matching(path: Path) -> str:
    if not path.exists():
        raise NotReady(f"there is no {path.name}: run  python release/notes.py")
    text = path.read_text(encoding="utf-8")
    named = {name: sha256 for sha256, name in _FILE.findall(text)}
    there = {name: digest(path.parent / name) for name in named if (path.parent / name).exists()}
    if not named or there != named:
        raise NotReady(
            f"files are not those that {path.name} names: run  python release/notes.py  again, and sign anew"
        )
    return text


def changes() -> str:
    """The section of this version, or what is not released yet."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^## (\S+)[^\n]*\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))
    found = sections.get(version()) or sections.get("Unreleased")
    if not found or not found.strip():
        raise NotReady(f"CHANGELOG.md says nothing of {version()}")
    return str(found.strip())


def version() -> str:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return str(re.findall(r'^version = "(.+)"$', text, re.MULTILINE)[0])


def revision() -> str:
    names = (ROOT / "backends/database/migrations/versions").glob("[0-9]*.py")
    return max(name.name[:4] for name in names)


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def say(text: str) -> None:
    print(text)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
