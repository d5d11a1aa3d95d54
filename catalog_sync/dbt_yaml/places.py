"""Where the YAML of a table stands in a dbt project, or where it would be written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from backends.warehouse.base import TableName
from catalog_sync.dbt_meta import Node
from catalog_sync.dbt_nodes import relation_name, relations
from catalog_sync.dbt_yaml.splice import Named, Step

_SECTIONS = {"model": "models", "seed": "seeds", "snapshot": "snapshots"}
_ENDS = (".yml", ".yaml")


@dataclass(frozen=True)
class Place:
    """`file` is below the project; `path` leads to the table's entry in it. `foreign` is the package that the table
    comes from, "" where it is the project's own. `version` is that of a versioned model; `ids` are the nodes that
    are this relation (a seed may be a source, too)."""

    ids: tuple[str, ...]
    table: TableName
    file: PurePosixPath
    path: tuple[Step, ...]
    foreign: str = ""
    version: str = ""
    contract: bool = False


class Places:
    """Of one project, as its manifest has it; entries that were written since then are looked for in the files."""

    def __init__(self, project_dir: Path, manifest: Mapping[str, Any], project: str) -> None:
        self._root = project_dir
        self._project = project
        self._nodes = list(relations(manifest))
        self._written: dict[tuple[str, str], PurePosixPath] | None = None

    def find(self, wanted: str) -> list[Place]:
        """Tables whose name ends so, without regard to case; one that is called exactly so goes before others."""
        folded = wanted.casefold()
        names = [(node, relation_name(node)) for node in self._nodes]
        fits = [(node, name) for node, name in names if f".{name}".casefold().endswith(f".{folded}")]
        exact = [(node, name) for node, name in fits if str(name).casefold() == folded]
        nodes: dict[TableName, list[Node]] = {}
        for node, name in exact or fits:
            nodes.setdefault(name, []).append(node)
        return [self._place(name, same) for name, same in nodes.items()]

    def _place(self, name: TableName, same: list[Node]) -> Place:
        """That of the node which is described, where several are the same relation."""
        node = next((n for n in same if _patch(n) or n["resource_type"] == "source"), same[0])
        package = str(node.get("package_name") or "")
        config = node.get("config") or {}
        kind = str(node["resource_type"])
        if kind == "source":
            file = PurePosixPath(str(node["original_file_path"]).replace("\\", "/"))
            path: tuple[Step, ...] = ("sources", Named(str(node["source_name"])), "tables", Named(str(node["name"])))
        else:
            file, path = self._file(node, kind), (_SECTIONS[kind], Named(str(node["name"])))
        return Place(
            ids=tuple(str(other["unique_id"]) for other in same),
            table=name,
            file=file,
            path=path,
            foreign=package if package != self._project else "",
            version=str(node["version"]) if node.get("version") is not None else "",
            contract=bool((config.get("contract") or {}).get("enforced")),
        )

    def _file(self, node: Node, kind: str) -> PurePosixPath:
        patched = _patch(node)
        if patched and (self._root / patched).is_file():
            return patched
        return self._since(kind, str(node["name"])) or self._new(node, kind)

    def _since(self, kind: str, name: str) -> PurePosixPath | None:
        """The file that has an entry of which the manifest does not know yet: two would be an error of dbt's."""
        if self._written is None:
            self._written = dict(self._entries())
        return self._written.get((_SECTIONS[kind], name))

    def _entries(self) -> Iterator[tuple[tuple[str, str], PurePosixPath]]:
        tops = {PurePosixPath(str(node["original_file_path"]).replace("\\", "/")).parts[0] for node in self._nodes}
        for top in sorted(tops):
            for file in sorted((self._root / top).rglob("*")):
                if file.suffix in _ENDS and file.is_file():
                    found = PurePosixPath(file.relative_to(self._root).as_posix())
                    for section, items in _loaded(file).items():
                        for item in items if isinstance(items, list) else []:
                            if section in _SECTIONS.values() and isinstance(item, dict):
                                yield (section, str(item.get("name"))), found

    def _new(self, node: Node, kind: str) -> PurePosixPath:
        """As the folder does it: in the file that describes most of its neighbours, else in one of its own where
        each neighbour has its own, else in a first one for the whole folder."""
        folder = PurePosixPath(str(node["original_file_path"]).replace("\\", "/")).parent
        neighbours = [other for other in self._nodes if other["resource_type"] == kind and _folder(other) == folder]
        files = Counter(file for other in neighbours if (file := _patch(other)) is not None)
        if files and (files.most_common(1)[0][1] > 1 or any(_patch_is_own(other) is False for other in neighbours)):
            return files.most_common(1)[0][0]
        if files:
            return folder / f"{node['name']}.yml"
        return folder / f"_{folder.name}__{_SECTIONS[kind]}.yml"


def _patch(node: Node) -> PurePosixPath | None:
    """Without the package that stands in front of it."""
    found = str(node.get("patch_path") or "").replace("\\", "/")
    return PurePosixPath(found.partition("://")[2] or found) if found else None


def _patch_is_own(node: Node) -> bool | None:
    """Whether its file is called like the model; None where it has none."""
    found = _patch(node)
    return found.stem == node["name"] if found else None


def _folder(node: Node) -> PurePosixPath:
    return PurePosixPath(str(node["original_file_path"]).replace("\\", "/")).parent


def _loaded(file: Path) -> Mapping[str, Sequence[Any]]:
    try:
        found = yaml.load(file.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (OSError, yaml.YAMLError):  # dbt will say so
        return {}
    return found if isinstance(found, dict) else {}
