from __future__ import annotations

import re
from html.parser import HTMLParser
from xml.etree import ElementTree

from feedback.evaluation.report import page
from feedback.evaluation.run_file import Way
from tests.feedback.evaluation.runs import HEADER, result

FIRST = Way(HEADER, (result("a", True), result("b", False), result("c", True, confidence=0.2)))
SECOND = Way(HEADER, (result("a", True), result("b", True), result("c", False, outcome="fail", sql=None)))


class Tags(HTMLParser):
    """Elements that were opened and not closed, and every address."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "link"):
            self.open.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "action")]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_a_page_stands_alone() -> None:
    html = page({"views": FIRST, "plain": SECOND})
    read = Tags()
    read.feed(html)
    assert read.open == []
    assert read.addresses == ["data:,"]
    assert "<script" not in html


def test_its_plots_are_well_formed() -> None:
    plots = re.findall(r"<svg.*?</svg>", page({"views": FIRST, "plain": SECOND}), re.DOTALL)
    assert len(plots) == 6
    for plot in plots:
        assert ElementTree.fromstring(plot).attrib["aria-label"]


def test_what_it_says() -> None:
    html = page({"views": FIRST, "plain": SECOND})
    assert "66.7%" in html
    assert "1 fixed" in html
    assert "1 regressed" in html
    assert "question b &amp; &lt;more&gt;" in html
    assert "&lt;more&gt;" in html
    assert "<more>" not in html
    assert "select &#39;b&#39; where 1 &lt; 2" in html


def test_one_run_and_none_right() -> None:
    empty = page({"views": Way(HEADER, (result("a", False, confidence=0.0, stages_ms={}),))})
    assert "Compared with" not in empty
    assert "Can the confidence" not in empty
    assert "Where the time goes" not in empty
