"""Layers of a PDF file (optional content): which of them are switched off, and what they hold.

pdfium knows which layers are off only while it draws, and does not tell. So the file's own objects are read, in the plain form
in which pdfium writes a copy of the file: each layer that is off is marked there, without changing the length of anything, and
pdfium gives the mark back with each object of a page that belongs to the layer. See section 8.11 of ISO 32000-1.
"""

from __future__ import annotations

import ctypes
import io
import re
from collections.abc import Iterator
from typing import Any, Final

from jianghua.data.extras import require

_NAMES: Final = (b"/OCProperties", b"/ObjStm")  # without either a file has no layers: object streams may hide the first
_MARK: Final = "Hidden"
_OBJECT: Final = re.compile(rb"\s*(\d+)\s+\d+\s+obj\b")
_ENTRY: Final = re.compile(rb"(\d{10}) \d{5} n")
_ROOT: Final = re.compile(rb"trailer\s*<<.*?/Root (\d+)", re.DOTALL)
_TOKEN: Final = re.compile(
    rb"""\s*(?: (?P<open> << | \[ ) | (?P<close> >> | \] ) | (?P<name> /[^\s()<>\[\]{}/%]* )
    | (?P<reference> \d+ ) \s+ \d+ \s+ R (?![^\s()<>\[\]{}/%])
    | (?P<other> \( (?: [^()\\] | \\. )* \) | <[0-9A-Fa-f\s]*> | [^\s()<>\[\]{}/%]+ ) )""",
    re.VERBOSE | re.DOTALL,
)
_NAME_CHARACTERS: Final = 64


class Reference(int):
    """The number of an object that stands elsewhere in the file."""


class Dictionary(dict[str, Any]):
    """A dictionary of the file, with the offset of each of its keys."""

    def __init__(self) -> None:
        super().__init__()
        self.offsets: dict[str, int] = {}


class Objects:
    """The dictionaries and arrays of a file as pdfium writes it; strings and numbers are not told apart."""

    def __init__(self, content: bytes) -> None:
        """Find the objects by the file's table of them."""
        self._content = content
        starts = (int(match.group(1)) for match in _ENTRY.finditer(content, content.rfind(b"\nxref")))
        found = (_OBJECT.match(content, start) for start in starts)
        self._starts = {int(match.group(1)): match.end() for match in found if match}
        self._parsed: dict[int, Any] = {}

    def __iter__(self) -> Iterator[int]:
        return iter(self._starts)

    def __getitem__(self, number: int) -> Any:
        if number not in self._parsed:
            start = self._starts.get(number)
            self._parsed[number] = None if start is None else _parse(self._content, start)
        return self._parsed[number]

    def resolve(self, value: Any) -> Any:
        """A value, or what it refers to; a reference to a reference stands for nothing."""
        value = self[value] if isinstance(value, Reference) else value
        return None if isinstance(value, Reference) else value

    def dictionary(self, value: Any) -> Dictionary:
        """The dictionary that a value is or refers to; an empty one where there is none."""
        value = self.resolve(value)
        return value if isinstance(value, Dictionary) else Dictionary()

    def array(self, value: Any) -> list[Any]:
        """The array that a value is or refers to; a single reference counts as an array of one."""
        found = self.resolve(value)
        return found if isinstance(found, list) else [value] if isinstance(value, Reference) else []


def _parse(content: bytes, start: int) -> Any:
    """The value that begins at an offset. Not recursive: a hostile file nests without end."""
    stack: list[tuple[list[Any], list[int], bool]] = [([], [], False)]
    while match := _TOKEN.match(content, start):
        start = match.end()
        values, offsets, _ = stack[-1]
        if match["open"]:
            stack.append(([], [], match["open"] == b"<<"))
            continue
        if match["close"]:
            if len(stack) == 1:
                break
            values, offsets, is_dictionary = stack.pop()
            value: Any = _dictionary(values, offsets) if is_dictionary else values
        else:
            value = Reference(match["reference"]) if match["reference"] else (match["name"] or match["other"]).decode("latin-1")
        stack[-1][0].append(value)
        stack[-1][1].append(match.start(match.lastgroup or 0))
        if len(stack) == 1:
            return value
    return None


def _dictionary(values: list[Any], offsets: list[int]) -> Dictionary:
    result = Dictionary()
    for key, value, offset in zip(values[::2], values[1::2], offsets[::2], strict=False):
        if isinstance(key, str):
            result[key] = value
            result.offsets[key] = offset
    return result


class _States:
    """Which layers are off when a file is opened to be viewed."""

    def __init__(self, objects: Objects, properties: Dictionary) -> None:
        self._objects = objects
        configuration = objects.dictionary(properties.get("/D"))
        layers = set(objects.array(properties.get("/OCGs")))
        off = layers if configuration.get("/BaseState") == "/OFF" else set()
        off = off - set(objects.array(configuration.get("/ON"))) | set(objects.array(configuration.get("/OFF")))
        for usage in map(objects.dictionary, objects.array(configuration.get("/AS"))):
            if usage.get("/Event") == "/View":
                for layer in objects.array(usage.get("/OCGs")):
                    view = objects.dictionary(objects.dictionary(objects.dictionary(layer).get("/Usage")).get("/View"))
                    off = off | {layer} if view.get("/ViewState") == "/OFF" else off - {layer} if view else off
        self.off = {layer for layer in off if isinstance(layer, Reference)}

    def is_hidden(self, value: Any) -> bool:
        """Whether a layer, or a membership of several, is not shown."""
        if isinstance(value, Reference) and value in self.off:
            return True
        membership = self._objects.dictionary(value)
        if membership.get("/Type") != "/OCMD":
            return False
        if "/VE" in membership:
            return not self._holds(membership["/VE"])
        shown = [layer not in self.off for layer in self._objects.array(membership.get("/OCGs"))]
        policy = membership.get("/P", "/AnyOn")
        return bool(shown) and not {"/AllOn": all(shown), "/AnyOff": not all(shown), "/AllOff": not any(shown)}.get(
            policy, any(shown)
        )

    def _holds(self, expression: Any, depth: int = 0) -> bool:
        """Whether an expression of visibility holds; what is nested deeper than anybody writes it holds."""
        parts = self._objects.resolve(expression)
        if not isinstance(parts, list) or not parts or depth > 20:
            return not (isinstance(expression, Reference) and expression in self.off)
        held = [self._holds(part, depth + 1) for part in parts[1:]]
        return {"/And": all(held), "/Or": any(held), "/Not": not any(held)}.get(parts[0], True)


def mark_hidden_layers(pdf: Any, content: bytes) -> bytes | None:
    """A copy of a file whose hidden layers are marked for `hidden_objects`; `None` where no layer is hidden."""
    if not any(name in content for name in _NAMES):
        return None
    pdf.save(buffer := io.BytesIO())
    copy = bytearray(buffer.getvalue())
    root = _ROOT.search(copy, max(copy.rfind(b"trailer"), 0))
    if root is None or b"/OCProperties" not in copy:
        return None
    objects = Objects(bytes(copy))
    properties = objects.dictionary(objects.dictionary(Reference(root.group(1))).get("/OCProperties"))
    states = _States(objects, properties)
    if not states.off:
        return None
    for number in objects:
        _mark(copy, objects, number, states)
    return bytes(copy)


def _mark(copy: bytearray, objects: Objects, number: int, states: _States) -> None:
    """Mark what an object of the file hides: itself, a membership inside it, or the drawing that it is."""
    if states.is_hidden(Reference(number)):
        _replace_type(copy, objects.dictionary(Reference(number)))
    pending = [objects[number]]
    while pending:
        value = pending.pop()
        if isinstance(value, Dictionary):
            if value.get("/Type") == "/OCMD" and states.is_hidden(value):
                _replace_type(copy, value)
            if value.get("/Subtype") == "/Form" and states.is_hidden(value.get("/OC")):
                at = value.offsets["/Subtype"]
                copy[at : at + len(b"/Subtype/Form")] = b"/Subtype/None"  # then nothing draws it
        if isinstance(value, (Dictionary, list)):
            pending += value.values() if isinstance(value, Dictionary) else value


def _replace_type(copy: bytearray, layer: Dictionary) -> None:
    """Write the mark over the type of a layer, which pdfium does not ask for."""
    if "/Type" in layer:
        at, length = layer.offsets["/Type"], len(f"/Type{layer['/Type']}")
        copy[at : at + length] = f"/{_MARK} 1".ljust(length).encode()


def hidden_objects(page: Any) -> set[int]:
    """Addresses of the objects of a page that belong to a layer marked as hidden."""
    raw = require("pypdfium2.raw", extra="documents")
    hidden: set[int] = set()
    for item in page.get_objects():
        container = ctypes.cast(item.container.raw, ctypes.c_void_p).value if item.container else None
        if container in hidden or _is_marked(raw, item.raw):
            hidden.add(ctypes.cast(item.raw, ctypes.c_void_p).value or 0)
    return hidden


def _is_marked(raw: Any, handle: Any) -> bool:
    name, length = (ctypes.c_ushort * _NAME_CHARACTERS)(), ctypes.c_ulong()
    for number in range(max(raw.FPDFPageObj_CountMarks(handle), 0)):
        mark = raw.FPDFPageObj_GetMark(handle, number)
        for key in range(max(raw.FPDFPageObjMark_CountParams(mark), 0)):
            raw.FPDFPageObjMark_GetParamKey(mark, key, name, ctypes.sizeof(name), length)
            if bytes(name)[: max(length.value - 2, 0)].decode("utf-16-le", "replace") == _MARK:
                return True
    return False
