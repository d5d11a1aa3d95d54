"""What is installed beside this interpreter, as CycloneDX 1.5 on standard output."""

from __future__ import annotations

import json
import sys
from importlib.metadata import Distribution, distributions
from typing import Any


def component(found: Distribution) -> dict[str, Any]:
    name, version = found.metadata["Name"], found.version
    licence = found.metadata.get("License-Expression") or found.metadata.get("License") or ""
    known = licence.strip() if licence and "\n" not in licence.strip() else ""
    named = [{"license": {"name": known}}] if known else [{"license": {"name": text}} for text in _classified(found)]
    return {
        "type": "library",
        "name": name,
        "version": version,
        "purl": f"pkg:pypi/{name.casefold().replace('_', '-')}@{version}",
        "licenses": named,
    }


def _classified(found: Distribution) -> list[str]:
    marks = found.metadata.get_all("Classifier") or []
    return [mark.rpartition(" :: ")[2] for mark in marks if mark.startswith("License ::")]


def document() -> dict[str, Any]:
    parts = sorted((component(found) for found in distributions()), key=lambda part: part["name"].casefold())
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "dbt-ask"}},
        "components": parts,
    }


if __name__ == "__main__":
    json.dump(document(), sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")
