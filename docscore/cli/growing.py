"""The commands that grow the annotations, and the comparison of models: what they take.

They are added to the groups of :mod:`docscore.cli.app`; what they do stands in :mod:`docscore.cli.exchange`,
:mod:`docscore.cli.choosing` and :mod:`docscore.cli.adapting`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer import Argument, Option, Typer

from docscore.cli.helping import Command
from docscore.errors import DocscoreError

if TYPE_CHECKING:
    from docscore.report.texts import Texts

Lang = Annotated[str | None, Option("--lang", metavar="da|en")]
Source = Annotated[Path, Argument(metavar="INPUT")]
Annotations = Annotated[Path, Argument(metavar="ANNOTATIONS")]
Model = Annotated[Path | None, Option("--model", metavar="DIR")]
JsonFile = Annotated[Path | None, Option("--json", metavar="FILE")]
CsvFile = Annotated[Path | None, Option("--csv", metavar="FILE")]
_TOOLS = "label-studio|doccano|inception|csv"


def register(
    annotations: Typer, models: Typer, language: Callable[[str | None, Any], Texts], wrong: type[DocscoreError]
) -> None:
    """Add the commands.

    Args:
        annotations: the group ``docscore annotations``.
        models: the group ``docscore model``.
        language: checks ``--lang`` and gives the texts.
        wrong: the error of a value that cannot be used.
    """

    def tool_of(value: str, option: str, command: str, texts: Texts) -> Any:
        if value not in _TOOLS.split("|"):
            raise wrong(texts("usage.wrong_value", what=option, command=f"docscore annotations {command}"))
        return value

    @annotations.command("export", cls=Command)
    def annotations_export(
        context: typer.Context,
        source: Source,
        out: Annotated[Path, Option("--out", metavar="DIR")],
        to: Annotated[str, Option("--to", metavar=_TOOLS)] = "label-studio",
        model: Model = None,
        blind: Annotated[bool, Option("--blind")] = False,
        only: Annotated[Path | None, Option("--only", metavar="FILE")] = None,
        lang: Lang = None,
    ) -> int:
        """Write documents for an annotation tool."""
        texts = language(lang, context.obj)
        from docscore.cli import exchange

        tool = tool_of(to, "--to", "export", texts)
        return exchange.export(source, tool, out, model=model, blind=blind, only=only, texts=texts)

    @annotations.command("import", cls=Command)
    def annotations_import(
        context: typer.Context,
        source: Annotated[Path, Argument(metavar="FILE")],
        out: Annotated[Path, Option("--out", metavar="DIR")],
        from_: Annotated[str, Option("--from", metavar=_TOOLS)] = "label-studio",
        annotator: Annotated[str | None, Option("--annotator", metavar="NAME")] = None,
        name: Annotated[list[str] | None, Option("--name", metavar="ID=NAME")] = None,
        replace: Annotated[bool, Option("--replace")] = False,
        lang: Lang = None,
    ) -> int:
        """Read an annotation tool's export into label files."""
        texts = language(lang, context.obj)
        from docscore.cli import exchange

        tool = tool_of(from_, "--from", "import", texts)
        if any("=" not in pair for pair in name or ()):
            raise wrong(texts("usage.wrong_value", what="--name", command="docscore annotations import"))
        return exchange.import_(source, tool, out, annotator=annotator, names=name or [], replace=replace, texts=texts)

    @annotations.command("suggest", cls=Command)
    def annotations_suggest(
        context: typer.Context,
        source: Source,
        number: Annotated[int, Option("--number", metavar="N", min=1)] = 20,
        model: Model = None,
        other: Annotated[Path | None, Option("--other", metavar="DIR")] = None,
        annotated: Annotated[Path | None, Option("--annotated", metavar="DIR")] = None,
        random: Annotated[float, Option("--random", metavar="0-1", min=0, max=1)] = 0.2,
        seed: Annotated[int, Option("--seed", metavar="N", min=0)] = 0,
        json: JsonFile = None,
        csv: CsvFile = None,
        lang: Lang = None,
    ) -> int:
        """Choose the cases to annotate next."""
        texts = language(lang, context.obj)
        from docscore.cli import choosing

        return choosing.suggest(
            source,
            number,
            model=model,
            other=other,
            annotated=annotated,
            share=random,
            seed=seed,
            json=json,
            csv=csv,
            texts=texts,
        )

    @annotations.command("errors", cls=Command)
    def annotations_errors(
        context: typer.Context,
        source: Annotations,
        model: Model = None,
        number: Annotated[int | None, Option("--number", metavar="N", min=1)] = None,
        json: JsonFile = None,
        csv: CsvFile = None,
        lang: Lang = None,
    ) -> int:
        """List labels that are probably wrong."""
        texts = language(lang, context.obj)
        from docscore.cli import choosing

        return choosing.errors(source, model=model, number=number, json=json, csv=csv, texts=texts)

    @models.command("compare", cls=Command)
    def model_compare(
        context: typer.Context,
        a: Annotated[Path, Argument(metavar="A")],
        b: Annotated[Path, Argument(metavar="B")],
        data: Annotated[Path, Option("--data", metavar="ANNOTATIONS")],
        json: JsonFile = None,
        lang: Lang = None,
    ) -> int:
        """Compare two models."""
        texts = language(lang, context.obj)
        from docscore.cli import adapting

        return adapting.compare(a, b, data, json=json, texts=texts)
