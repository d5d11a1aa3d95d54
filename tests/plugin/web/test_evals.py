from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from plugin.evaluations import FOLDER
from plugin.web.accounts import Grant
from plugin.web.site import Site
from tests.feedback.evaluation.runs import HEADER, result, write
from tests.plugin.web.conftest import PASSWORD, Client


@pytest.fixture
def folder(site: Site) -> Path:
    found = site.reading.bench.project.directory / FOLDER
    found.mkdir(parents=True)
    return found


@pytest.fixture
def two(folder: Path) -> None:
    """`b` is fixed, `c` regressed, `d` missed by both."""
    old = {"a": True, "b": False, "c": True, "d": False}
    new = {"a": True, "b": True, "c": False, "d": False}
    write(folder / "old.jsonl", {"views": [result(name, right) for name, right in old.items()]})
    notes = {"c": "it has <b>other</b> rows"}
    write(folder / "new.jsonl", {"views": [result(n, right, note=notes.get(n, "")) for n, right in new.items()]})
    os.utime(folder / "old.jsonl", (1, 1))


def test_where_there_is_none_it_says_how_to_get_one(client: Client) -> None:
    assert f"--out {FOLDER}/first.jsonl" in client("reviewer").get("/evals").text


def test_runs_are_listed_with_their_interval_the_newest_first(client: Client, two: None) -> None:
    page = client("reviewer").get("/evals").text
    assert re.findall(r'href="/evals/run\?name=([^"]+)"', page) == ["new%3Aviews", "old%3Aviews"]
    assert "50.0 %" in page
    assert "data-chart" in page
    assert client("reviewer").get("/evals?suite=another").text.count("evals/run?name=") == 0


def test_a_run_shows_groups_and_what_was_missed(client: Client, two: None) -> None:
    reviewer = client("reviewer")
    page = reviewer.get("/evals/run?name=new:views").text
    assert "question c &amp; &lt;more&gt;" in page
    assert "it has &lt;b&gt;other&lt;/b&gt; rows" in page
    assert "question a" not in page
    assert "By language" in page
    assert "question a" in reviewer.get("/evals/run?name=new:views&show=right").text
    korean = reviewer.get("/evals/run?name=new:views&show=all&group=language%3Dko").text
    assert "question b" in korean
    assert "question a" not in korean


def test_two_runs_are_compared(client: Client, two: None) -> None:
    page = client("reviewer").get("/evals/compare?before=old:views&after=new:views").text
    fixed, regressed = page.index("question b"), page.index("question c")
    assert regressed < fixed  # what got worse comes first
    assert "question a" not in page
    assert "1 questions are missed by both" in page
    assert "may be chance" in page
    assert client("reviewer").get("/evals/compare?before=old:views&after=old:views").status_code == 200


def test_nothing_but_the_folders_files_can_be_named(client: Client, two: None, folder: Path) -> None:
    write(folder.parent / "secret.jsonl", {"views": [result("x", True)]})
    for name in ("../secret:views", "secret:views", "new", "new:other", "/etc/passwd"):
        assert client("admin").get("/evals/run", params={"name": name}).status_code == 404
    (folder / "broken.jsonl").write_text("no run\n", encoding="utf-8")
    page = client("reviewer").get("/evals").text
    assert "broken.jsonl" in page
    assert "new:views" in page


def test_runs_without_a_common_question_can_not_be_compared(client: Client, two: None, folder: Path) -> None:
    write(folder / "far.jsonl", {"views": [result("z", True)]})
    assert client("reviewer").get("/evals/compare?before=old:views&after=far:views").status_code == 422


def test_a_file_that_grows_is_read_again(client: Client, two: None, folder: Path) -> None:
    reviewer = client("reviewer")
    write(folder / "new.jsonl", {"views": [result("e", True)]}, HEADER)
    assert "question e" in reviewer.get("/evals/run?name=new:views&show=all").text
    write(folder / "half.jsonl", {"views": [result("a", True)]})
    assert "1 of 4 questions" in reviewer.get("/evals").text


def test_a_reviewer_of_one_domain_sees_figures_and_no_question(client: Client, two: None, site: Site) -> None:
    person = site.people.add("narrow", "Narrow", PASSWORD, [Grant("reviewer", "Shop")])
    browser = client()
    browser.cookies.set(site.cookie, site.sessions.start(person.id))
    for address in ("/evals/run?name=new:views&show=all", "/evals/compare?before=old:views&after=new:views"):
        page = browser.get(address).text
        assert "50.0 %" in page
        assert "question c" not in page
