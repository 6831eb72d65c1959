"""How figures are written for a reader: percent with a space, and a comma in Danish."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from docscore.report.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from docscore.checkpoints import Catalogue
    from docscore.report.lines import Line
    from docscore.report.texts import Language

_NAMED = 3
_FINE = 1000
"""From this many decisions on a percent has one decimal."""


@lru_cache(maxsize=2)
def load_words(language: Language) -> Texts:
    """The texts of this package in a language."""
    import tomllib
    from importlib.resources import files

    source = files("docscore.statistics") / "data" / f"{language}.toml"
    tables: Mapping[str, Mapping[str, Any]] = tomllib.loads(source.read_text(encoding="utf-8"))
    return Texts(
        language, {f"{group}.{key}": str(text) for group, table in tables.items() for key, text in table.items()}
    )


def number(value: float, decimals: int, words: Texts) -> str:
    """A number with its decimals."""
    text = f"{value:.{decimals}f}"
    return text.replace(".", ",") if words.language == "da" else text


def percent(share: float | None, n: float, words: Texts) -> str:
    """A share of ``n``: ``52 %``; one decimal from 1,000 on."""
    if share is None:
        return words("common.none")
    return f"{number(100 * share, 1 if n >= _FINE else 0, words)} %"


def span(interval: tuple[float, float], n: float, words: Texts) -> str:
    """An interval in percent: ``38-66``; rounded outwards, so that it never looks narrower than it is."""
    import math

    scale = 10 if n >= _FINE else 1
    low = math.floor(interval[0] * 100 * scale + 1e-9) / scale
    high = math.ceil(interval[1] * 100 * scale - 1e-9) / scale
    return f"{number(low, 1 if scale > 1 else 0, words)}-{number(high, 1 if scale > 1 else 0, words)}"


def p_text(p: float | None, words: Texts) -> str:
    """A p-value."""
    if p is None:
        return ""
    return f"<{number(0.001, 3, words)}" if p < 0.001 else number(p, 3 if p < 0.1 else 2, words)


def plain_lines(texts: Sequence[str], indent: str = "") -> list[Line]:
    """Texts as lines without a tone."""
    return [[(indent + text, "")] for text in texts]


def group_text(group: str | None, words: Texts) -> str:
    """A group's name."""
    return words("common.everyone") if group is None else group or words("common.unknown")


def some(names: Sequence[str]) -> str:
    """The first names of a list."""
    return ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")


def figure_label(figure: str, catalogue: Catalogue, words: Texts, *, narrow: bool = False) -> str:
    """A checkpoint's short label with its document, or a part's name; ``narrow`` abbreviates the document."""
    language = words.language
    if figure in catalogue:
        checkpoint = catalogue[figure]
        label = checkpoint.short(language)
        if checkpoint.kind in {"sag", "laegeattest", "cv"}:
            return label
        kind = words(f"kinds.{checkpoint.kind}") if narrow else catalogue.kind_name(checkpoint.kind, language)
        return f"{kind[0].upper()}{kind[1:]}: {label[0].lower() if label[1:2].islower() else label[0]}{label[1:]}"
    if figure.startswith("tema_"):
        theme = int(figure.removeprefix("tema_"))
        return f"{words('common.theme', n=theme)} {catalogue.theme_name(theme, language)}"
    return words(f"common.part_{figure}")


def kinds_note(words: Texts) -> str:
    """What the abbreviations of a narrow label stand for."""
    from docscore.checkpoints import load_catalogue

    names = load_catalogue().kind_name
    kinds = [key.removeprefix("kinds.") for key in words.values if key.startswith("kinds.")]
    return ", ".join(f"{words(f'kinds.{kind}')}: {names(kind, words.language)}" for kind in kinds) + "."
