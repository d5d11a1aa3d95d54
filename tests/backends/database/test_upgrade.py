from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

from backends.database.upgrade import MIGRATIONS, head

REVISIONS = sorted(path.name for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def test_the_last_file_is_the_head_that_alembic_finds() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [head()]


def test_revisions_are_numbered_without_a_gap() -> None:
    assert [name[:4] for name in REVISIONS] == [f"{i:04}" for i in range(1, len(REVISIONS) + 1)]


def test_a_migrated_database_does_not_need_alembic(tmp_path: Path) -> None:
    code = (
        "import sys; from backends.database import *; engine = open_database(sys.argv[1]); migrate(engine);"
        " print('alembic' in sys.modules); engine.dispose()"
    )
    command = [sys.executable, "-c", code, f"sqlite:///{tmp_path / 'state.db'}"]
    loaded = [subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() for _ in range(2)]
    assert loaded == ["True", "False"]
