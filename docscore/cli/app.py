"""The commands: what they take. What they do stands in :mod:`docscore.cli.commands`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer import Argument, Option, Typer

import docscore
from docscore.cli.helping import Command, Group, translate
from docscore.errors import DocscoreError
from docscore.report import privacy
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
Masking = Annotated[bool, Option("--masking/--no-masking")]
JsonFile = Annotated[Path | None, Option("--json", metavar="FILE")]
CsvFile = Annotated[Path | None, Option("--csv", metavar="FILE")]
XlsxFile = Annotated[Path | None, Option("--xlsx", metavar="FILE")]

app = Typer(cls=Group, add_completion=False, rich_markup_mode=None, no_args_is_help=False)
model_app = Typer(cls=Group, rich_markup_mode=None)
app.add_typer(model_app, name="model")
annotations_app = Typer(cls=Group, rich_markup_mode=None)
app.add_typer(annotations_app, name="annotations")


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
    workers: Annotated[int | None, Option("--workers", metavar="N", min=1, max=256)] = None,
    html: Annotated[bool, Option("--html/--no-html")] = True,
    masking: Masking = True,
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
        masking=masking,
        texts=texts,
    )


@app.command(cls=Command)
def check(
    context: typer.Context,
    source: OneCase,
    json: Annotated[bool, Option("--json")] = False,
    model: Model = None,
    masking: Masking = True,
    lang: Lang = None,
) -> int:
    """Feedback on one case."""
    texts = _check_language(lang, context.obj)
    from docscore.cli import commands

    return commands.check(source, json=json, model=model, masking=masking, texts=texts)


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
def pseudonymise(
    context: typer.Context,
    source: OneCase,
    out: Annotated[Path, Option("--out", metavar="DIR")],
    key: Annotated[Path | None, Option("--key", metavar="FILE")] = None,
    lang: Lang = None,
) -> int:
    """Copy a case with invented people."""
    texts = _check_language(lang, context.obj)
    from docscore.cli import private

    return private.pseudonymise(source, out, key, texts)


@app.command(cls=Command)
def purge(
    context: typer.Context,
    folder: Annotated[Path, Argument(metavar="DIR")],
    yes: Annotated[bool, Option("--yes")] = False,
    lang: Lang = None,
) -> int:
    """Remove a run."""
    texts = _check_language(lang, context.obj)
    from docscore.cli import private

    return private.purge(folder, yes=yes, texts=texts)


@app.command(cls=Command)
def train(
    context: typer.Context,
    out: Annotated[Path, Option("--out", metavar="DIR")],
    annotations: Annotated[Path | None, Argument(metavar="ANNOTATIONS")] = None,
    seed: Annotated[int | None, Option("--seed", metavar="N", min=0)] = None,
    backend: Annotated[str, Option("--backend", metavar="linear|transformer")] = "linear",
    base: Annotated[str | None, Option("--base", metavar="BASE")] = None,
    config: Annotated[Path | None, Option("--config", metavar="TOML")] = None,
    settings: Annotated[list[str] | None, Option("--set", metavar="X=Y")] = None,
    threads: Annotated[int | None, Option("--threads", metavar="N", min=1)] = None,
    allow_download: Annotated[bool, Option("--allow-download")] = False,
    from_: Annotated[Path | None, Option("--from", metavar="MODEL")] = None,
    data: Annotated[Path | None, Option("--data", metavar="ANNOTATIONS")] = None,
    anyway: Annotated[bool, Option("--anyway")] = False,
    lang: Lang = None,
) -> int:
    """Train a model."""
    texts = _check_language(lang, context.obj)
    if from_ is not None or data is not None:
        if from_ is None or data is None or annotations is not None:
            raise WrongUseError(texts("usage.from_and_data"))
        from docscore.cli import adapting

        return adapting.adapt(from_, data, out, seed=seed, anyway=anyway, texts=texts)
    if annotations is None:
        raise WrongUseError(texts("usage.missing", what=texts("metavars.ANNOTATIONS"), command="docscore train"))
    from docscore.cli import learning

    if backend == "linear":
        if base or config or settings or threads or allow_download:
            raise WrongUseError(texts("usage.needs_transformer"))
        return learning.train(annotations, out, seed, texts)
    if backend != "transformer":
        raise WrongUseError(texts("usage.wrong_value", what="--backend", command="docscore train"))
    if base is None:
        raise WrongUseError(texts("usage.missing", what="--base", command="docscore train"))
    from docscore.cli import transforming

    return transforming.train(
        annotations,
        out,
        base,
        config=config,
        settings=settings or [],
        seed=seed,
        threads=threads,
        allow_download=allow_download,
        texts=texts,
    )


@app.command(cls=Command)
def evaluate(
    context: typer.Context,
    annotations: Annotations,
    by: Annotated[str, Option("--by", metavar="writer")] = "writer",
    model: Model = None,
    json: Annotated[Path | None, Option("--json", metavar="FILE")] = None,
    html: Annotated[Path | None, Option("--html", metavar="FILE")] = None,
    lang: Lang = None,
) -> int:
    """Measure a model."""
    texts = _check_language(lang, context.obj)
    if by != "writer":
        raise WrongUseError(texts("usage.wrong_value", what="--by", command="docscore evaluate"))
    from docscore.cli import learning

    return learning.evaluate(annotations, model, json, html, texts)


@app.command(cls=Command)
def statistics(
    context: typer.Context,
    source: Annotated[Path, Argument(metavar="DECISIONS")],
    by: Annotated[list[str] | None, Option("--by", metavar="COLUMN")] = None,
    cases: Annotated[Path | None, Option("--cases", metavar="TABLE")] = None,
    checkpoint: Annotated[list[str] | None, Option("--checkpoint", metavar="ID")] = None,
    as_: Annotated[str | None, Option("--as", metavar="fokusrevision")] = None,
    correction: Annotated[str, Option("--correction", metavar="holm|bh")] = "holm",
    json: JsonFile = None,
    csv: CsvFile = None,
    xlsx: XlsxFile = None,
    html: Annotated[Path | None, Option("--html", metavar="FILE")] = None,
    masking: Masking = True,
    lang: Lang = None,
) -> int:
    """Shares over many cases."""
    texts = _check_language(lang, context.obj)
    from docscore.cli import figures

    with privacy.masking(masking):
        return figures.statistics(
            source,
            by=by or [],
            cases=cases,
            checkpoints=checkpoint or [],
            layout=as_,
            correction=correction,
            files={"json": json, "csv": csv, "xlsx": xlsx, "html": html},
            texts=texts,
        )


@app.command(cls=Command)
def sample(
    context: typer.Context,
    population: Annotated[Path, Argument(metavar="POPULATION")],
    record: Annotated[Path | None, Option("--record", metavar="FILE")] = None,
    again: Annotated[Path | None, Option("--again", metavar="FILE")] = None,
    strata: Annotated[Path | None, Option("--strata", metavar="FILE")] = None,
    seed: Annotated[str | None, Option("--seed", metavar="TEXT")] = None,
    replacements: Annotated[int, Option("--replacements", metavar="N", min=0)] = 5,
    unusable: Annotated[Path | None, Option("--unusable", metavar="TABLE")] = None,
    columns: Columns = None,
    csv: CsvFile = None,
    xlsx: XlsxFile = None,
    lang: Lang = None,
) -> int:
    """Draw a sample of cases."""
    texts = _check_language(lang, context.obj)
    from docscore.cli import figures

    return figures.sample(
        population,
        record=record,
        again=again,
        strata=strata,
        seed=seed,
        replacements=replacements,
        unusable=unusable,
        columns=columns or [],
        files={"csv": csv, "xlsx": xlsx},
        texts=texts,
    )


@app.command(cls=Command)
def estimate(
    context: typer.Context,
    decisions: Annotated[Path, Option("--decisions", metavar="DECISIONS")],
    own: Annotated[Path, Option("--own", metavar="TABLE")],
    strata: Annotated[list[str] | None, Option("--strata", metavar="COLUMN")] = None,
    record: Annotated[Path | None, Option("--record", metavar="FILE")] = None,
    cases: Annotated[Path | None, Option("--cases", metavar="TABLE")] = None,
    json: JsonFile = None,
    csv: CsvFile = None,
    xlsx: XlsxFile = None,
    masking: Masking = True,
    lang: Lang = None,
) -> int:
    """Estimate shares from a sample of one's own."""
    texts = _check_language(lang, context.obj)
    from docscore.cli import figures

    with privacy.masking(masking):
        return figures.estimate(
            decisions,
            own,
            strata=strata or [],
            record=record,
            cases=cases,
            files={"json": json, "csv": csv, "xlsx": xlsx},
            texts=texts,
        )


@app.command(cls=Command)
def agreement(
    context: typer.Context,
    a: Annotated[Path, Argument(metavar="A")],
    b: Annotated[Path, Argument(metavar="B")],
    json: JsonFile = None,
    csv: CsvFile = None,
    xlsx: XlsxFile = None,
    masking: Masking = True,
    lang: Lang = None,
) -> int:
    """Compare two sources of decisions."""
    texts = _check_language(lang, context.obj)
    from docscore.cli import figures

    with privacy.masking(masking):
        return figures.agreement(a, b, files={"json": json, "csv": csv, "xlsx": xlsx}, texts=texts)


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


@model_app.command("export", cls=Command)
def model_export(
    context: typer.Context,
    folder: Annotated[Path, Argument(metavar="DIR")],
    out: Annotated[Path, Option("--out", metavar="DIR")],
    onnx: Annotated[bool, Option("--onnx")] = False,
    precision: Annotated[str, Option("--precision", metavar="int8|float32")] = "int8",
    check: Annotated[Path | None, Option("--check", metavar="INPUT")] = None,
    lang: Lang = None,
) -> int:
    """Write a model in another form."""
    texts = _check_language(lang, context.obj)
    if not onnx:
        raise WrongUseError(texts("usage.missing", what="--onnx", command="docscore model export"))
    if precision not in ("int8", "float32"):
        raise WrongUseError(texts("usage.wrong_value", what="--precision", command="docscore model export"))
    from docscore.cli import transforming

    return transforming.export(folder, out, precision, check, texts)


@annotations_app.callback()
def annotations_group() -> None:
    """See :func:`translate`."""


@annotations_app.command("validate", cls=Command)
def annotations_validate(
    context: typer.Context,
    annotations: Annotations,
    json: Annotated[Path | None, Option("--json", metavar="FILE")] = None,
    lang: Lang = None,
) -> int:
    """Check a corpus."""
    texts = _check_language(lang, context.obj)
    from docscore.cli import corpus

    return corpus.validate(annotations, json, texts)


@annotations_app.command("agreement", cls=Command)
def annotations_agreement(
    context: typer.Context,
    annotations: Annotations,
    json: Annotated[Path | None, Option("--json", metavar="FILE")] = None,
    lang: Lang = None,
) -> int:
    """Measure how far annotators agree."""
    texts = _check_language(lang, context.obj)
    from docscore.cli import corpus

    return corpus.agreement(annotations, json, texts)


def _grow() -> None:
    """Add the commands of :mod:`docscore.cli.growing`."""
    from docscore.cli import growing

    growing.register(annotations_app, model_app, _check_language, WrongUseError)


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


_grow()
