"""Every text of the daily screens, and of the errors that they may end in, has both languages."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from plugin import texts
from plugin.commands import live
from plugin.main import COMMANDS
from plugin.operate import budget
from plugin.texts.particles import fitted
from tests.support.texts import errors_of, helps_of, passed_to_t, printed

ROOT = Path(__file__).parents[2]
SCREENS = [
    ROOT / "plugin" / path
    for path in (
        "main.py", "commands/ask.py", "commands/doctor.py", "commands/init.py", "commands/live.py",
        "commands/options.py",
        "commands/sync.py", "commands/views/mine.py", "commands/views/show.py",
    )
]  # fmt: skip
ERRORS = [
    *(ROOT / "backends").rglob("*.py"),
    *(ROOT / "plugin/settings").glob("*.py"),
    *(ROOT / f"catalog_sync/{name}.py" for name in (
        "sync", "guard", "index", "records", "shelf", "store", "dbt_artifacts", "one_record",
    )),
    *(ROOT / path for path in (
        "materialized_views/registry.py", "materialized_views/workload/readers.py", "plugin/assemble.py",
        "plugin/commands/init.py", "plugin/commands/views/parts.py", "plugin/generator/compose/ddl.py",
        "plugin/generator/compose/recipe.py", "plugin/generator/needs.py", "plugin/generator/presets.py",
        "plugin/operate/budget.py", "plugin/project.py", "plugin/sources.py", "plugin/view_decisions.py",
    )),
]  # fmt: skip
_HANGUL = re.compile("[가-힣]")
_SAME_IN_BOTH = {"dbt", "openmetadata", "pip: {}"}


@pytest.fixture
def korean():
    with texts.speaking("ko"):
        yield


@pytest.mark.parametrize("path", ERRORS, ids=lambda p: str(p.relative_to(ROOT)))
def test_errors_and_hints_are_korean(path: Path) -> None:
    wanted = {text for text in errors_of(path) if re.search("[a-z]{2}", text.replace("{}", ""))}
    assert not wanted - set(texts.catalogue())


@pytest.mark.parametrize("path", SCREENS, ids=lambda p: str(p.relative_to(ROOT)))
def test_screens_are_korean(path: Path) -> None:
    assert not (passed_to_t(path) | helps_of(path)) - set(texts.catalogue())
    words = {text for text in printed(path) if re.search("[A-Za-z]{3}", re.sub(r"\[/?[a-z ]*\]|\{\}", "", text))}
    assert not words


def test_what_is_worked_out_while_it_runs_is_korean() -> None:
    stages = {*live._SAYS.values(), "opening the catalogue"}
    assert not {*stages, *budget._KINDS.values(), *(text for _, text in COMMANDS.values())} - set(texts.catalogue())


def test_every_text_is_of_both_languages() -> None:
    for english, korean in texts.catalogue().items():
        assert english in _SAME_IN_BOTH or _HANGUL.search(korean), english
        places = set(re.findall(r"(?<!\{)\{(\d)\}", korean))
        assert places == {str(n) for n in range(english.count("{}"))}, english
        assert not re.search("[가-힣]", english)


def test_no_text_fits_everything() -> None:
    """A text with hardly a word of its own would be taken for another."""
    for english in texts.catalogue():
        assert re.search("[A-Za-z]{2}", english.replace("{}", "")) or english in ("{} s",), english


@pytest.mark.usefixtures("korean")
def test_values_are_kept() -> None:
    assert texts.t("{} (view)", "shop.sales") == "shop.sales (뷰)"
    assert texts.told("there is no table values to ask") == "조회할 수 있는 테이블이 아닙니다: values"
    assert texts.told("tables: a.b, a.c and 3 more") == "테이블: a.b, a.c 외 3개"
    assert texts.told("pg: relation does not exist") == "pg: relation does not exist"


def test_english_stays_as_it_is() -> None:
    assert texts.t("{} (view)", "x") == "x (view)"
    assert texts.told("run `dbt-ask sync`") == "run `dbt-ask sync`"


@pytest.mark.parametrize(
    ("words", "environment", "language"),
    [
        (["매출은?"], {}, "ko"),
        (["revenue"], {}, "en"),
        (["revenue"], {"LANG": "ko_KR.UTF-8"}, "ko"),
        (["revenue"], {"LC_ALL": "C.UTF-8", "LANG": "ko_KR.UTF-8"}, "en"),
        (["revenue"], {"LC_ALL": "", "LANG": "ko"}, "ko"),
        (["revenue"], {"LANG": "kok_IN"}, "en"),
    ],
)
def test_language_of_who_asks(words: list[str], environment: dict[str, str], language: str) -> None:
    assert texts.language_for(words, environment) == language


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("매출을(를)", "매출을"), ("'dbt'을(를)", "'dbt'를"), ("지표은(는)", "지표는"), ("id 3이(가)", "id 3이"),
        ("서울(으)로", "서울로"), ("부산(으)로", "부산으로"), ("orders(이)라는", "orders라는"),
    ],
)  # fmt: skip
def test_particles_fit_what_stands_before(written: str, read: str) -> None:
    assert fitted(written) == read


@pytest.mark.usefixtures("korean")
def test_help_is_korean() -> None:
    @click.command(help="Check each part, and say how to mend it.")
    @click.option("--target", help="Target of the dbt profile.")
    def command() -> None: ...

    shown = texts.helped(command).get_help(click.Context(command))
    assert "각 부분을 점검" in shown
    assert "dbt 프로필의 타깃." in shown


def _run(*args: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    program = "import sys; from plugin.main import main; main(sys.argv[1:])"
    path = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "HOME": str(cwd), **env}
    return subprocess.run(
        [sys.executable, "-c", program, *args], cwd=cwd, env=path, capture_output=True, text=True, check=False
    )


def test_a_korean_question_or_locale_gets_korean_errors(tmp_path: Path) -> None:
    assert "dbt_project.yml이 없습니다" in _run("ask", "매출은?", cwd=tmp_path).stderr.replace(
        "폴더와 그 위 폴더에 ", ""
    )
    assert _run("ask", "how many", cwd=tmp_path, LANG="ko_KR.UTF-8").stderr.startswith("오류: ")
    assert _run("ask", "how many", cwd=tmp_path, LANG="C").stderr.startswith("error: ")


def test_init_speaks_korean_and_json_english(tmp_path: Path) -> None:
    (tmp_path / "dbt_project.yml").write_text("name: x\n", encoding="utf-8")
    done = _run("init", cwd=tmp_path, LANG="ko_KR.UTF-8")
    assert done.stdout.splitlines()[0] == "dbt_ask.yml 파일을 썼습니다"
    shown = _run("ask", "--format", "json", "매출은?", cwd=tmp_path)
    assert '"hint": "run `dbt-ask sync`"' in shown.stdout
    assert "`dbt-ask sync`를 실행하세요" in _run("ask", "매출은?", cwd=tmp_path).stderr


def test_a_command_keeps_its_own_help_when_it_is_shown_in_another_language() -> None:
    below = click.Command("show", help="Ask a question; get SQL, rows, a sentence and a receipt.")
    group = click.Group("catalog", commands=[below], help=below.help)
    with texts.speaking("ko"):
        korean = texts.helped(group)
    assert isinstance(korean, click.Group)
    assert all(re.search("[가-힣]", said or "") for said in (korean.help, korean.commands["show"].help))
    assert not any(re.search("[가-힣]", said or "") for said in (group.help, below.help))
