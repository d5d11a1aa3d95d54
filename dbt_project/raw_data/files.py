"""Generated files, kept between runs. A folder gets its final name only when it is complete."""

import logging
import shutil
import subprocess
import time
from pathlib import Path

from raw_data.area import Area

STAMP = "stamp"
log = logging.getLogger("generate")


class GenerateError(Exception):
    """A generator failed; nothing of what it wrote is kept as complete."""


def generated(area: Area, root: Path) -> Path:
    folder = root / area.schema
    if is_complete(folder, area.stamp):
        log.info("%s: files are there", area.schema)
        return folder
    log.info("%s: generating (%s) ...", area.schema, area.summary)
    started = time.monotonic()
    partial = root / f"{area.schema}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        area.write(partial)
    except subprocess.CalledProcessError as error:
        raise GenerateError(
            f"{area.schema}: the generator stopped with exit code {error.returncode}; its message is above. "
            f"Check the settings ({area.summary}) and the versions of {', '.join(area.tools)}."
        ) from error
    missing = [table for table in area.tables if not (partial / f"{table}.csv").is_file()]
    if missing:
        raise GenerateError(f"{area.schema}: the generator wrote no file for {', '.join(missing)}")
    (partial / STAMP).write_text(area.stamp)
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)
    log.info("%s: generated in %.1f s", area.schema, time.monotonic() - started)
    return folder


def is_complete(folder: Path, stamp: str) -> bool:
    try:
        return (folder / STAMP).read_text() == stamp
    except FileNotFoundError:
        return False
