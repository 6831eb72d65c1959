"""The loss of every run as a picture: an SVG that any browser shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docscore.transformer.finetune import Curve

WIDTH, HEIGHT = 640, 360
LEFT, TOP, RIGHT, BOTTOM = 52, 40, 16, 44


def write_curves(path: Path, curves: Mapping[str, Curve]) -> None:
    """Draw what was learnt (thin) and what was measured on the writers who say when to stop (thick, best marked).

    Args:
        path: the file.
        curves: by the name of the run.
    """
    path.write_text(draw(curves), encoding="utf-8", newline="\n")


def draw(curves: Mapping[str, Curve]) -> str:
    """The picture as SVG."""
    from importlib.resources import files

    from jinja2 import Environment

    points = [p for curve in curves.values() for p in (*curve.learnt, *curve.checked)] or [(1.0, 1.0)]
    last, high = max(p[0] for p in points) or 1.0, max(p[1] for p in points) or 1.0

    def place(point: tuple[float, float]) -> tuple[float, float]:
        x = LEFT + (WIDTH - LEFT - RIGHT) * point[0] / last
        return round(x, 1), round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - point[1] / high), 1)

    def line(found: Sequence[tuple[float, float]]) -> str:
        return " ".join("{},{}".format(*place(point)) for point in found)

    runs: list[dict[str, Any]] = []
    for number, (name, curve) in enumerate(curves.items()):
        best = [place(point) for point in curve.checked if point[0] == curve.best]
        runs.append(
            {
                "name": name,
                "hue": (number * 137) % 360,
                "learnt": line(curve.learnt),
                "checked": line(curve.checked),
                "best": best[0] if best else None,
            }
        )
    template = files("docscore.report").joinpath("data", "laering.svg.j2").read_text("utf-8")
    steps = [k / 4 for k in range(5)]
    return (
        Environment(autoescape=True)
        .from_string(template)
        .render(
            width=WIDTH,
            height=HEIGHT,
            left=LEFT,
            top=TOP,
            right=WIDTH - RIGHT,
            bottom=HEIGHT - BOTTOM,
            runs=runs,
            rungs=[(place((0.0, high * k))[1], f"{high * k:.2f}") for k in steps],
            ticks=[(place((last * k, 0.0))[0], f"{last * k:.2g}") for k in steps],
        )
    )
