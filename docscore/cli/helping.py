"""Help in the language of the user: texts by key, and a plain layout with nothing left in English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typer.core import TyperCommand, TyperGroup

if TYPE_CHECKING:
    from docscore.report.texts import Texts

_WIDTH = 100
_LEFT = 30


class _Help:
    """Writes help from the command's own parameters; mixed into typer's classes."""

    texts: Texts
    params: list[Any]
    help: str | None

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write usage, help, arguments, options and commands."""
        t = self.texts
        arguments = [p for p in self.params if p.param_type_name == "argument"]
        options = [p for p in self.params if p.param_type_name == "option" and not p.hidden]
        pieces = [p.metavar or p.name.upper() for p in arguments]
        pieces = [piece if p.required else f"[{piece}]" for piece, p in zip(pieces, arguments, strict=True)]
        commands: dict[str, Any] = getattr(self, "commands", {})
        if commands:
            pieces.append(t("help.command_placeholder"))
        pieces += [f"{p.opts[0]} {p.metavar}" for p in options if p.required]
        usage = " ".join([ctx.command_path, *pieces, t("help.options_placeholder")])
        lines = [f"{t('help.usage')} {usage}", "", *_fold(self.help or "", 0), ""]
        lines += _rows(t("help.arguments"), [(p.metavar or p.name.upper(), p.help or "") for p in arguments])
        rows = [(_option(p), p.help or "") for p in options]
        lines += _rows(t("help.options"), [*rows, ("--help", t("help.help_option"))])
        lines += _rows(t("help.commands"), [(name, command.help or "") for name, command in commands.items()])
        if commands and ctx.parent is None:
            lines += _fold(t("help.more"), 0)
        formatter.write("\n".join(lines).rstrip() + "\n")


def _option(option: Any) -> str:
    names = ", ".join(option.opts) + ("/" + ", ".join(option.secondary_opts) if option.secondary_opts else "")
    return names if option.is_flag else f"{names} {option.metavar or option.name.upper()}"


def _rows(title: str, rows: list[tuple[str, str]]) -> list[str]:
    if not rows:
        return []
    lines = [f"{title}:"]
    for left, right in rows:
        folded = _fold(right, _LEFT)
        if len(left) + 4 > _LEFT:
            lines.append(f"  {left}")
        else:
            folded[:1] = [f"  {left}".ljust(_LEFT) + folded[0].lstrip()] if folded else [f"  {left}"]
        lines += folded
    return [*lines, ""]


def _fold(text: str, indent: int) -> list[str]:
    import textwrap

    return [" " * indent + line for line in textwrap.wrap(text, _WIDTH - indent, break_on_hyphens=False)]


class Command(_Help, TyperCommand):
    """A command whose help is in the user's language."""


class Group(_Help, TyperGroup):
    """A group of commands whose help is in the user's language."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - click's signature
        """Commands in the order of their definition."""
        return list(self.commands)


def translate(command: Any, texts: Texts, name: str = "docscore") -> None:
    """Give a command, its parameters and its subcommands their help in a language.

    Help stands under ``commands.<name>.help`` and ``commands.<name>.<parameter>``; ``lang``, ``version`` and
    ``masking`` are common to all.

    Raises:
        KeyError: a command or parameter has no text.
    """
    command.texts = texts
    command.help = texts(f"commands.{name}.help")
    for parameter in command.params:
        common = {"lang": "help.lang", "version": "help.version_option", "masking": "help.masking"}.get(parameter.name)
        parameter.help = texts(common or f"commands.{name}.{parameter.name}")
        if texts.has(f"metavars.{parameter.metavar}"):
            parameter.metavar = texts(f"metavars.{parameter.metavar}")
    for own, child in getattr(command, "commands", {}).items():
        translate(child, texts, own if name == "docscore" else f"{name}_{own}")
