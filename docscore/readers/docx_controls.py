"""Content controls and small parts of WordprocessingML: what a control shows, symbols, properties."""

from __future__ import annotations

from typing import Any

from docscore.readers.cleanup import GLYPHS
from docscore.readers.layout import is_placeholder

BOX = {False: "☐", True: "☒"}
_PLACEHOLDER_STYLES = frozenset({"placeholdertext", "pladsholdertekst"})
_SYMBOL_FONTS = frozenset({"wingdings", "wingdings 2", "symbol", "webdings"})
# Wingdings 2 has its boxes at other places than Wingdings.
_WINGDINGS_2 = {0x2A: "☐", 0xA3: "☐", 0x50: "✓", 0x51: "☒", 0x52: "☒", 0x53: "☒", 0x54: "☒"}


def local(element: Any) -> str:
    """The element's name without its namespace; empty for comments and entities."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def own(element: Any, attribute: str) -> str | None:
    """An attribute by its name without namespace."""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == attribute:
            return str(value)
    return None


def is_on(element: Any) -> bool:
    """Whether an on/off property is on: present, and not switched off by its value."""
    return own(element, "val") not in {"0", "false", "off"}


def property_value(element: Any, group: str, wanted: str) -> str | None:
    """The value of a property (``rPr/vanish`` …): None when absent, ``""`` when it has no value."""
    for child in element:
        if local(child) == group:
            for item in child:
                if local(item) == wanted:
                    return own(item, "val") or ""
    return None


def control_text(control: Any) -> str | None:
    """What a content control shows where that is not its content: a box, or nothing.

    Returns:
        ☒ or ☐ for a check box, ``""`` for a control that nobody has touched, None where the content counts.
    """
    properties = next((child for child in control if local(child) == "sdtPr"), None)
    if properties is None:
        return None
    unset = [child for child in properties if local(child) == "showingPlcHdr"]
    for child in properties:
        kind = local(child)
        if kind == "checkbox":
            checked = next((part for part in child if local(part) == "checked"), None)
            return BOX[checked is not None and is_on(checked)]
        if kind in {"dropDownList", "comboBox"} and _is_unchosen(control, child):
            return ""
    if unset and is_on(unset[0]):
        return ""
    return None


def _is_unchosen(control: Any, choices: Any) -> bool:
    """A list that shows its first, valueless entry ("Vælg et element.") or no text."""
    shown = "".join(part.text or "" for part in control.iter() if local(part) == "t").strip()
    valueless = {own(item, "displayText") or "" for item in choices if not own(item, "value")}
    return shown in valueless or is_placeholder(shown)


def style_is_placeholder(run: Any) -> bool:
    """Whether a run is set in Word's style for placeholders and reads like one."""
    style = property_value(run, "rPr", "rStyle")
    if style is None or style.casefold() not in _PLACEHOLDER_STYLES:
        return False
    return is_placeholder("".join(part.text or "" for part in run if local(part) == "t"))


def symbol(element: Any) -> str:
    """The character that a ``w:sym`` stands for; symbol fonts by their boxes and bullets."""
    font = (own(element, "font") or "").casefold()
    try:
        code = int(own(element, "char") or "", 16) & 0xFFFF
    except ValueError:
        return ""
    if font not in _SYMBOL_FONTS:
        return chr(code)
    low = code & 0xFF
    if font == "wingdings 2":
        return _WINGDINGS_2.get(low, "")
    if font == "webdings":
        return {0x63: "☐", 0x61: "✓", 0x72: "☒"}.get(low, "")
    return GLYPHS.get(chr(0xF000 | low), "")
