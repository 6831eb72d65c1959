"""The pictures of a Word document: where their bytes lie, how large they are shown, what of them is cut off."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

from docscore.readers import limits
from docscore.readers.docx_controls import local, own
from docscore.readers.packages import member_bytes
from docscore.readers.pictures import Pasted

if TYPE_CHECKING:
    import zipfile

PICTURES = frozenset({"pic", "imagedata"})
"""Elements that show a picture: DrawingML's, and those of the older VML."""

_EMU = 914_400
"""English metric units per inch, in which DrawingML measures."""

_WHOLE = 100_000
_STYLE = re.compile(r"(?:^|;)\s{0,9}(width|height)\s{0,9}:\s{0,9}([0-9]{1,6}(?:\.[0-9]{1,6})?)\s{0,9}(pt|in|cm|mm|px)?")
_UNITS = {"pt": 72.0, "in": 1.0, "cm": 2.54, "mm": 25.4, "px": 96.0, None: 96.0}


def pasted(element: Any, archive: zipfile.ZipFile, targets: dict[str, str], name: str) -> Pasted | None:
    """The picture that an element shows; None for an empty or hidden one.

    Args:
        element: one of :data:`PICTURES`.
        archive: the package.
        targets: relation id → part name.
        name: the document's, for messages.
    """
    drawn = local(element) == "pic"
    source = next((part for part in element.iter() if local(part) == "blip"), None) if drawn else element
    if source is None:
        return None
    relation = own(source, "embed") if drawn else own(source, "id")
    part = targets.get(relation or "")
    if not part or part not in archive.namelist():
        if relation is None and own(source, "link") is None:
            return None
        return Pasted(None, "", *_size(element, drawn))
    return Pasted(
        lambda: member_bytes(archive, part, limits.MAX_FILE_BYTES, name),
        posixpath.splitext(part)[1].lstrip(".").lower(),
        *_size(element, drawn),
        crop=_crop(element) if drawn else (0.0, 0.0, 0.0, 0.0),
        key=part,
    )


def _size(element: Any, drawn: bool) -> tuple[float, float]:
    """Width and height as shown, in inches; zeros where the document does not say."""
    if not drawn:
        return _style_size(element.getparent())
    own_size = _extent(next((part for part in element.iter() if local(part) == "ext" and own(part, "cx")), None))
    frame = None
    for above in element.iterancestors():
        kind = local(above)
        if kind == "wgp" and all(own_size):
            # One of a group: the frame is around them all.
            return own_size
        if kind in {"inline", "anchor"}:
            frame = next((part for part in above if local(part) == "extent"), None)
            break
    framed = _extent(frame)
    return framed if all(framed) else own_size


def _extent(element: Any) -> tuple[float, float]:
    try:
        return (int(own(element, "cx") or 0) / _EMU, int(own(element, "cy") or 0) / _EMU)
    except (AttributeError, ValueError):
        return (0.0, 0.0)


def _style_size(shape: Any) -> tuple[float, float]:
    """From a VML shape's style: ``width:451pt;height:640pt``."""
    found = {"width": 0.0, "height": 0.0}
    if shape is not None:
        for name, number, unit in _STYLE.findall((own(shape, "style") or "")[:2000]):
            found[name] = float(number) / _UNITS[unit or None]
    return found["width"], found["height"]


def _crop(element: Any) -> tuple[float, float, float, float]:
    """What is cut off, as shares of the picture."""
    cut = next((part for part in element.iter() if local(part) == "srcRect"), None)
    if cut is None:
        return (0.0, 0.0, 0.0, 0.0)
    try:
        left, top, right, bottom = (max(0, int(own(cut, side) or 0)) / _WHOLE for side in "ltrb")
    except ValueError:
        return (0.0, 0.0, 0.0, 0.0)
    return left, top, right, bottom
