"""The commands: what they take. What they do stands in :mod:`docscore.cli.commands`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer import Argument, Option, Typer

import docscore
from docscore.cli.helping import Command, Group, translate
from docscore.errors import DocscoreError
from docscore.report.texts import LANGUAGES

if TYPE_CHECKING:
    from docscore.report.texts import Texts

# Help texts are looked up by the names below when the language is known (translate).
Lang = Annotated[str | None, Option("--lang", metavar="da|en")]
Source = Annotated[Path, Argument(metavar="INPUT")]
OneCase = Annotated[Path, Argument(metavar="CASE")]
Model = Annotated[Path | None, Option("--model", metavar="DIR")]
Columns = Annotated[list[str] | None, Option("--columns", metavar="X=Y|TOML")]
Annotations = Annotated[Path, Argument(metavar="ANNOTATIONS")]

app = Typer(cls=Group, add_completion=False, rich_markup_mode=None, no_args_is_help=False)
model_app = Typer(cls=Group, rich_markup_mode=None)
app.add_typer(model_app, name="model")


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    version: Annotated[bool, Option("--version")] = False,
    lang: Lang = None,
) -> None:
    """See :func:`translate`."""
    _check_language(lang, context.obj)
    if version:
        typer.echo(f"docscore {docscore.__version__}")
    elif context.invoked_subcommand is None:
        typer.echo(context.get_help())
    else:
        return
    raise typer.Exit


@app.command(cls=Command)
def score(
    context: typer.Context,
    source: Source,
    out: Annotated[Path, Option("--out", metavar="DIR")],
    format: Annotated[list[str] | None, Option("--format", metavar="csv|xlsx|parquet")] = None,
    model: Model = None,
    cases: Annotated[Path | None, Option("--cases", metavar="TABLE")] = None,
    columns: Columns = None,
    workers: Annotated[int, Option("--workers", metavar="N", min=1, max=256)] = 1,
    html: Annotated[bool, Option("--html/--no-html")] = True,
    lang: Lang = None,
) -> int:
    """Score many cases."""
    texts = _check_language(lang, context.obj)
    from docscore.cli import commands

    return commands.score(
        source,
        out,
        formats=tuple(format or ()),
        model=model,
        cases=cases,
        columns=columns or [],
        workers=workers,
        html=html,
        texts=texts,
    )


@app.command(cls=Command)
def check(
    context: typer.Context,
    source: OneCase,
    json: Annotated[bool, Option("--json")] = False,
    model: Model = None,
    lang: Lang = None,
) -> int:
    """Feedback on one case."""
    texts = _check_language(lang, context.obj)
    from docscore.cli import commands

    return commands.check(source, json=json, model=model, texts=texts)


@app.command(cls=Command)
def kinds(context: typer.Context, source: Source, columns: Columns = None, lang: Lang = None) -> int:
    """Which kind each document is taken for."""
    texts = _check_language(lang, context.obj)
    from docscore.cli import commands

    return commands.kinds(source, columns=columns or [], texts=texts)


@app.command(cls=Command)
def demo(
    context: typer.Context,
    out: Annotated[Path, Option("--out", metavar="DIR")] = Path("docscore-demo"),
    lang: Lang = None,
) -> int:
    """Score the bundled examples."""
    texts = _check_language(lang, context.obj)
    from docscore.cli import commands

    return commands.demo(out, texts=texts)


@app.command(cls=Command)
def train(
    context: typer.Context,
    annotations: Annotations,
    out: Annotated[Path, Option("--out", metavar="DIR")],
    seed: Annotated[int | None, Option("--seed", metavar="N", min=0)] = None,
    lang: Lang = None,
) -> int:
    """Train a model."""
    texts = _check_language(lang, context.obj)
    from docscore.cli import learning

    return learning.train(annotations, out, seed, texts)


@app.command(cls=Command)
def evaluate(
    context: typer.Context,
    annotations: Annotations,
    by: Annotated[str, Option("--by", metavar="writer")] = "writer",
    model: Model = None,
    json: Annotated[Path | None, Option("--json", metavar="FILE")] = None,
    lang: Lang = None,
) -> int:
    """Measure a model."""
    texts = _check_language(lang, context.obj)
    if by != "writer":
        raise WrongUseError(texts("usage.wrong_value", what="--by", command="docscore evaluate"))
    from docscore.cli import learning

    return learning.evaluate(annotations, model, json, texts)


@model_app.callback()
def model() -> None:
    """See :func:`translate`."""


@model_app.command("info", cls=Command)
def model_info(
    context: typer.Context,
    folder: Annotated[Path | None, Argument(metavar="DIR")] = None,
    lang: Lang = None,
) -> int:
    """Show a model."""
    texts = _check_language(lang, context.obj)
    from docscore.cli import commands

    return commands.model_info(folder, texts=texts)


def build(texts: Texts) -> Any:
    """The command tree with its help in one language."""
    command = typer.main.get_command(app)
    translate(command, texts)
    return command


def run(arguments: list[str], texts: Texts) -> int:
    """Parse and run a command line.

    Returns:
        The exit code of the command.

    Raises:
        DocscoreError: wrong use, or whatever the command could not do.
    """
    command = build(texts)
    usage_error: Any = typer.BadParameter.__mro__[1]
    try:
        with command.make_context("docscore", list(arguments), obj=texts) as context:
            return int(command.invoke(context) or 0)
    except typer.Exit as stop:
        return int(stop.exit_code)
    except usage_error as error:
        raise _usage(error, arguments, texts) from error


class WrongUseError(DocscoreError):
    """The command line itself is wrong."""


def _usage(error: Any, arguments: list[str], texts: Texts) -> WrongUseError:
    """What is wrong with the command line, in the user's language."""
    context = getattr(error, "ctx", None)
    path = "docscore" if context is None else context.command_path
    parameter = getattr(error, "param", None)
    what = ""
    if parameter is not None:
        what = parameter.opts[-1] if parameter.param_type_name == "option" else (parameter.metavar or parameter.name)
    names = {kind.__name__ for kind in type(error).__mro__}
    if "MissingParameter" in names:
        return WrongUseError(texts("usage.missing", what=what, command=path))
    if "NoSuchOption" in names:
        return WrongUseError(texts("usage.unknown_option", what=error.option_name, command=path))
    if "BadParameter" in names:
        return WrongUseError(texts("usage.wrong_value", what=what, command=path))
    if context is not None and hasattr(context.command, "commands"):
        # A group: the word that stands where a command should is the first that is none.
        known = {*context.command.commands, *LANGUAGES, context.info_name}
        unknown = [word for word in arguments if not word.startswith("-") and word not in known]
        if unknown:
            return WrongUseError(texts("usage.unknown_command", what=unknown[0], command=path))
        return WrongUseError(texts("usage.no_command", command=path))
    return WrongUseError(texts("usage.other", command=path))


def _check_language(wanted: str | None, texts: Texts) -> Texts:
    if wanted is not None and wanted not in LANGUAGES:
        raise WrongUseError(texts("usage.bad_lang", what=wanted))
    return texts
