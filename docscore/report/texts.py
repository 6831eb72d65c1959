"""The texts of a language, from its data file."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Literal, TypeAlias, get_args

Language: TypeAlias = Literal["da", "en"]

LANGUAGES: tuple[Language, ...] = get_args(Language)


class Texts:
    """The texts of one language by dotted key.

    >>> load_texts("da")("check.law")
    'LOVKRAV'
    >>> load_texts("en")("run.done", n=3)
    '3 cases are scored.'
    """

    def __init__(self, language: Language, values: dict[str, str]) -> None:
        self.language = language
        self.values = values

    def __call__(self, key: str, **parts: object) -> str:
        """The text of a key with its parts filled in; raises KeyError for an unknown key."""
        text = self.values[key]
        return text.format(**parts) if parts else text

    def has(self, key: str) -> bool:
        """Whether there is such a text."""
        return key in self.values


@lru_cache(maxsize=2)
def load_texts(language: Language) -> Texts:
    """The texts of a language; read once per process."""
    import tomllib
    from importlib.resources import files

    source = files("docscore.report") / "data" / f"{language}.toml"
    return Texts(language, dict(_flat("", tomllib.loads(source.read_text(encoding="utf-8")))))


def _flat(prefix: str, table: dict[str, Any]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in table.items():
        name = f"{prefix}{key}"
        found += _flat(f"{name}.", value) if isinstance(value, dict) else [(name, str(value))]
    return found
