"""One HTML page of one or more runs: no script, no other file, light and dark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from feedback.evaluation import charts
from feedback.evaluation.run import Report, Result
from feedback.evaluation.run_file import Way
from feedback.evaluation.statistics import Paired, paired, wilson

_TEMPLATE = Path(__file__).with_name("report.html.jinja")
_MOST_GROUPS = 40
_MOST_STAGES = 6


def page(ways: Mapping[str, Way]) -> str:
    """The first way is what the others are compared with."""
    import jinja2

    reports = {name: way.report for name, way in ways.items()}
    template = jinja2.Template(_TEMPLATE.read_text(encoding="utf-8"), autoescape=True, trim_blocks=True)
    pairs = _pairs(ways)
    return template.render(
        ways=list(ways),
        suites=sorted({way.header.suite for way in ways.values()}),
        setups=[(name, way.header.setup) for name, way in ways.items()],
        rows=_rows(reports),
        accuracy=charts.bars(
            [(n, r.execution_accuracy, r.interval, i) for i, (n, r) in enumerate(reports.items())], "Execution accuracy"
        ),
        pairs=[(name, p, _named(p.fixed, ways), _named(p.regressed, ways)) for name, p in pairs.items()],
        differences=charts.differences(
            [(name, p.difference, p.interval) for name, p in pairs.items()], "Difference from the first"
        ),
        groups=[(kind, charts.bars(rows, f"Accuracy by {kind}")) for kind, rows in _groups(reports)],
        latency=charts.latencies({n: [x.seconds for x in r.results] for n, r in reports.items()}, "Seconds to answer"),
        reliability=_reliability(reports),
        stages=_stages(reports),
        missed=[(name, [r for r in report.results if not r.right]) for name, report in reports.items()],
    )


def _rows(reports: Mapping[str, Report]) -> list[tuple[str, list[str]]]:
    made: dict[str, dict[str, str]] = {}
    for name, r in reports.items():
        low, high = r.interval
        figures: dict[str, str] = {
            "questions": str(r.questions),
            "execution accuracy": f"{r.execution_accuracy:.1%}",
            "95 % interval": f"{low:.1%} to {high:.1%}",
            **{metric.replace("_", " "): f"{value:.1%}" for metric, value in r.metrics.items()},
            "refusals right": f"{r.refusals_right:.1%}",
            "wrong refusals": f"{r.wrong_refusals:.1%}",
            "failed": f"{r.failed:.1%}",
            "seconds, half within": f"{r.seconds_p50:.1f}",
            "seconds, 95 % within": f"{r.seconds_p95:.1f}",
            "prompt tokens, mean": f"{r.prompt_tokens_mean:.0f}",
            "tokens written, mean": f"{r.completion_tokens_mean:.0f}",
            "model calls, mean": f"{r.calls_mean:.2f}",
            **{f"F1 of {part}": "–" if v is None else f"{v:.1%}" for part, v in r.component_f1.items()},
        }
        for figure, value in figures.items():
            made.setdefault(figure, {})[name] = value
    return [(figure, [values.get(name, "") for name in reports]) for figure, values in made.items()]


def _pairs(ways: Mapping[str, Way]) -> dict[str, Paired]:
    first = next(iter(ways.values()))
    due = {r.id for way in ways.values() for r in way.results if r.answerable}

    def right(way: Way) -> dict[str, bool]:
        return {name: value for name, value in way.right.items() if name in due}

    others = islice(ways.items(), 1, None)
    found = {name: paired(right(first), right(way)) for name, way in others}
    return {name: pair for name, pair in found.items() if pair.questions}


def _named(ids: Sequence[str], ways: Mapping[str, Way]) -> list[tuple[str, str]]:
    questions = {r.id: r.question for way in ways.values() for r in way.results}
    return [(name, questions.get(name, "")) for name in ids]


def _groups(reports: Mapping[str, Report]) -> list[tuple[str, list[tuple[str, float, tuple[float, float], int]]]]:
    found = []
    for kind in dict.fromkeys(kind for r in reports.values() for kind in r.by_group):
        rows = []
        for value in dict.fromkeys(v for r in reports.values() for v in r.by_group.get(kind, {})):
            for place, (name, report) in enumerate(reports.items()):
                figures = report.by_group.get(kind, {}).get(value)
                if figures:
                    share, of = figures["execution_accuracy"], int(figures["questions"])
                    label = f"{value} ({of})" if len(reports) == 1 else f"{value} ({of}), {name}"
                    rows.append((label, share, wilson(round(share * of), of), place))
        if 1 < len(rows) <= _MOST_GROUPS:
            found.append((kind, rows))
    return found


def _reliability(reports: Mapping[str, Report]) -> str:
    """Of answers to answerable questions; "" where nobody gave a confidence."""
    series = {
        name: [(r.confidence, r.right) for r in report.results if r.answerable and r.outcome == "answer"]
        for name, report in reports.items()
    }
    if not any(confidence for pairs in series.values() for confidence, _ in pairs):
        return ""
    return charts.reliability({n: p for n, p in series.items() if p}, "Confidence and how often it was right")


def _stages(reports: Mapping[str, Report]) -> dict[str, Any]:
    """Mean seconds of the stages that take longest; the others as one."""
    totals: dict[str, float] = {}
    for report in reports.values():
        for name, seconds in _seconds_by_stage(report.results).items():
            totals[name] = totals.get(name, 0.0) + seconds
    if not totals:
        return {}
    longest = sorted(totals, key=lambda name: -totals[name])[: _MOST_STAGES - 1]
    rows = []
    for label, report in reports.items():
        seconds = _seconds_by_stage(report.results)
        parts = {name: seconds.get(name, 0.0) for name in longest}
        rows.append((label, {**parts, "others": sum(seconds.values()) - sum(parts.values())}))
    return {"names": [*longest, "others"], "chart": charts.stacks(rows, "Mean seconds by stage")}


def _seconds_by_stage(results: Sequence[Result]) -> dict[str, float]:
    found: dict[str, float] = {}
    for result in results:
        for name, ms in result.stages_ms.items():
            found[name] = found.get(name, 0.0) + ms / 1000 / len(results)
    return found
