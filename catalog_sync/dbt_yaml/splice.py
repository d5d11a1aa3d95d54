"""Small changes of a YAML text that leave every other character as it stands: comments, order, quotes, blanks.

A text is not loaded and dumped again, for no dumper gives back what it was given. The parser says where things stand,
and lines or words are put in there; then the new text is loaded and must hold what was wanted, and nothing else new.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from catalog_sync.errors import YamlNotEditable

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# A new key comes after the last of those that stand before it here; others at the end.
_ORDER = ("name", "v", "description", "config", "meta", "tags")
_STEP = "  "


@dataclass(frozen=True)
class Named:
    """The item of a list whose `name` this is, whatever its case; one is added where there is none."""

    name: str
    key: str = "name"


Step = str | Named
Value = str | list[str]


def load(text: str) -> Any:
    """As dbt does. Raises YamlNotEditable."""
    try:
        return yaml.load(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        raise YamlNotEditable(f"it is no YAML: {' '.join(str(error).split())[:200]}") from error


def look(data: Any, path: Sequence[Step]) -> Any:
    """What stands at the path of loaded data, None if nothing does."""
    for step in path:
        if isinstance(step, Named):
            items = data if isinstance(data, list) else []
            data = next((item for item in items if _is_named(item, step)), None)
        else:
            data = data.get(step) if isinstance(data, dict) else None
    return data


def put(text: str, path: Sequence[Step], value: Value) -> str:
    """With the value at the path: a text takes the place of what stands there, a list is added to it.

    Raises YamlNotEditable where that can't be done without touching something else.
    """
    data = load(text)
    new = _spliced(text, list(path), value)
    if load(new) != _put(_unshared(data or {}), list(path), value):
        raise YamlNotEditable("the change can't be made without changing something else: make it by hand")
    return new


def _spliced(text: str, path: list[Step], value: Value) -> str:
    root = yaml.compose(text, Loader=_LOADER)
    if root is None:
        return f"{text.rstrip()}\n{_block(_nested(path, value), '')}".lstrip("\n")
    uses = Counter(id(child) for node in _walk(root) for child in _children(node))
    node, rest = root, list(path)
    while rest and (found := _child(node, rest[0])) is not None:
        node, rest = found, rest[1:]
        _refuse_shared(node, uses)
    if _is_null(node) or (isinstance(node, yaml.ScalarNode) and not rest):
        return _replaced(text, node, _indent(root, node), rest, value)
    wanted = yaml.MappingNode if rest and isinstance(rest[0], str) else yaml.SequenceNode
    if not isinstance(node, wanted):
        raise YamlNotEditable("something else stands where more was to be written")
    after = _before(node, rest[0]) if rest and isinstance(rest[0], str) else _last(node)
    for child in _walk(after) if after else ():
        _refuse_shared(child, uses)
    return _added(text, node, after, rest, value)


def _refuse_shared(node: yaml.Node, uses: Counter[int]) -> None:
    if uses[id(node)] > 1:
        raise YamlNotEditable("it is written once for several places (an anchor): make the change by hand")


def _replaced(text: str, node: yaml.Node, indent: str, rest: list[Step], value: Value) -> str:
    start, end = node.start_mark.index, _end(text, node)
    if rest:
        new = "\n" + _block(_nested(rest, value), indent + _STEP).rstrip("\n")
    else:
        new = _scalar(value, indent) if isinstance(value, str) else _flow(value)
    gap = " " if text[start - 1 : start] == ":" and not new.startswith("\n") else ""
    return text[:start] + gap + new + text[end:]


def _added(text: str, node: yaml.Node, after: yaml.Node | None, rest: list[Step], value: Value) -> str:
    """Into a mapping or a list, in the style that it has, behind what it holds already (None: nothing)."""
    nested = _nested(rest, value)
    if _is_flow(node):
        inside = _flow(nested)[1:-1]
        at = _end(text, after) if after else node.start_mark.index + 1
        return text[:at] + (", " if after else "") + inside + text[at:]
    assert after is not None  # a block holds something
    line_end = text.find("\n", _end(text, after))
    line_end = len(text) if line_end < 0 else line_end
    new = _block(nested, " " * node.start_mark.column).rstrip("\n")
    return f"{text[:line_end]}\n{new}{text[line_end:]}"


def _before(node: yaml.Node, key: str) -> yaml.Node | None:
    """The value after which a new key of a mapping is written."""
    before = _ORDER[: _ORDER.index(key)] if key in _ORDER else ()
    fits = [value for name, value in node.value if name.value in before]
    return fits[-1] if fits else _last(node)


def _last(node: yaml.Node) -> yaml.Node | None:
    return next(reversed(_children(node)), None)


def _end(text: str, node: yaml.Node) -> int:
    """Behind its last character: the marks of blocks include what follows."""
    if isinstance(node, yaml.ScalarNode):
        start, end = node.start_mark.index, node.end_mark.index
        return start + len(text[start:end].rstrip()) if node.style in ("|", ">") else end
    last = None if _is_flow(node) else _last(node)
    return int(node.end_mark.index) if last is None else _end(text, last)


def _child(node: yaml.Node, step: Step) -> yaml.Node | None:
    if isinstance(step, Named):
        items = node.value if isinstance(node, yaml.SequenceNode) else []
        return next((item for item in items if _names(item, step)), None)
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return next((value for name, value in pairs if name.value == step), None)


def _names(item: yaml.Node, step: Named) -> bool:
    found = _child(item, step.key)
    return isinstance(found, yaml.ScalarNode) and found.value.casefold() == step.name.casefold()


def _is_named(item: Any, step: Named) -> bool:
    return isinstance(item, dict) and str(item.get(step.key)).casefold() == step.name.casefold()


def _is_flow(node: yaml.Node) -> bool:
    return isinstance(node, yaml.CollectionNode) and bool(node.flow_style)


def _children(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [part for pair in node.value for part in pair]
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _walk(node: yaml.Node) -> Iterator[yaml.Node]:
    seen, waiting = set(), [node]
    while waiting:
        found = waiting.pop()
        if id(found) not in seen:
            seen.add(id(found))
            yield found
            waiting += _children(found)


def _is_null(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:null"


def _indent(root: yaml.Node, node: yaml.Node) -> str:
    """Of the key that the node is the value of."""
    for parent in _walk(root):
        if isinstance(parent, yaml.MappingNode):
            for key, value in parent.value:
                if value is node:
                    return " " * int(key.start_mark.column)
    return ""


def _nested(path: Sequence[Step], value: Any) -> Any:
    """The rest of a path that is not there yet, as data."""
    for step in reversed(path):
        value = [{step.key: step.name, **value}] if isinstance(step, Named) else {step: value}
    return value


def _put(data: Any, path: list[Step], value: Value) -> Any:
    """The same change of the loaded data."""
    if not path:
        return [*(data or []), *value] if isinstance(value, list) else value
    step, rest = path[0], path[1:]
    if isinstance(step, str):
        data = {} if data is None else data
        data[step] = _put(data.get(step), rest, value)
        return data
    data = [] if data is None else data
    for place, item in enumerate(data):
        if _is_named(item, step):
            data[place] = _put(item, rest, value)
            return data
    return [*data, _put({step.key: step.name}, rest, value)]


def _unshared(data: Any) -> Any:
    """Without two places that are the same object, as anchors make them."""
    if isinstance(data, dict):
        return {key: _unshared(value) for key, value in data.items()}
    return [_unshared(item) for item in data] if isinstance(data, list) else data


def _block(data: Any, indent: str) -> str:
    """Mappings and lists of mappings as blocks, lists of texts in brackets."""
    if isinstance(data, dict):
        return "".join(_pair(key, value, indent) for key, value in data.items())
    lines = ""
    for item in data:
        inside = _block(item, indent + _STEP) if isinstance(item, dict) else f"{indent}{_STEP}{_plain(item)}\n"
        lines += f"{indent}- {inside[len(indent) + len(_STEP) :]}"
    return lines


def _pair(key: str, value: Any, indent: str) -> str:
    if isinstance(value, str):
        return f"{indent}{_plain(key)}: {_scalar(value, indent)}\n"
    if isinstance(value, list) and not any(isinstance(item, dict) for item in value):
        return f"{indent}{_plain(key)}: {_flow(value)}\n"
    return f"{indent}{_plain(key)}:\n{_block(value, indent + _STEP)}"


def _scalar(text: str, indent: str) -> str:
    """Several lines as a literal block, where its lines can be written so."""
    lines = text.strip().split("\n")
    if len(lines) == 1 or any(line != line.rstrip() or not line.isprintable() for line in lines):
        return _plain(text)
    if lines[0].startswith(" "):
        return _plain(text)
    return "|-\n" + "\n".join(f"{indent}{_STEP}{line}" if line else "" for line in lines)


def _plain(text: str) -> str:
    """Quoted only if it must be, also within brackets."""
    return _flow([text])[1:-1]


def _flow(data: Any) -> str:
    dumped = yaml.safe_dump(data, default_flow_style=True, allow_unicode=True, width=float("inf"), sort_keys=False)
    return str(dumped).strip()
