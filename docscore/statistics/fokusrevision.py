"""The table of *Fokusrevision 2021 | Fleksjobordningen* for cases of one's own: its order, its headings, its figures.

What the table holds is data (``data/fokusrevision.toml``); shares and N come from the catalogue wherever it has them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from docscore.checkpoints import load_catalogue
from docscore.statistics import compare
from docscore.statistics.decisions import DOCUMENTED, NOT_ASSESSABLE, NOT_DOCUMENTED, NOT_RELEVANT, STATUSES
from docscore.statistics.intervals import clopper_pearson, wilson

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from docscore.checkpoints.catalogue import Language
    from docscore.statistics.compare import National, Test
    from docscore.statistics.decisions import Decisions


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the published table beside one's own figure.

    Attributes:
        theme: 1 to 6.
        heading: the figure's heading, as the report words it.
        label: the row's label.
        checkpoint: what it is worked out from.
        status: ``ledighedsydelse`` or ``fleksjob`` where only these citizens count.
        documented: own cases that count.
        n: own cases.
        exact: Clopper and Pearson's interval of the own share (95 %).
        wilson: Wilson's interval.
        mean: the own mean in weeks, for the rows that are no shares, with ``mean_interval`` (95 %).
        not_assessable: own cases in which it cannot be judged.
        published: what the report gives, in its words or as a percent.
        national: the published share; None where the report gives none.
        p: p-value of the difference; None where there is nothing to compare.
        adjusted: the same, corrected for all comparisons of the table (Holm).
        test: which test.
    """

    theme: int
    heading: str
    label: str
    checkpoint: str
    status: str | None
    documented: int
    n: int
    exact: tuple[float, float]
    wilson: tuple[float, float]
    mean: float | None
    mean_interval: tuple[float, float] | None
    not_assessable: int
    published: str
    national: National | None
    p: float | None = None
    adjusted: float | None = None
    test: Test | None = None

    @property
    def share(self) -> float | None:
        """0..1; None for means and where there are no cases."""
        return self.documented / self.n if self.n and self.mean is None else None


@lru_cache(maxsize=1)
def published() -> dict[str, Any]:
    """The file of the published table."""
    import tomllib
    from importlib.resources import files

    source = files("docscore.statistics") / "data" / "fokusrevision.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


def of_all() -> frozenset[str]:
    """Checkpoints whose published share is of all cases, though the question concerns some of them only."""
    return frozenset(published()["of_all"])


@lru_cache(maxsize=256)
def national_of(checkpoint_id: str, status: str | None = None) -> National | None:
    """The published share of a checkpoint, of the citizens of one status where the report gives that."""
    checkpoint = load_catalogue()[checkpoint_id]
    if status is not None:
        for row in _rows():
            if row["checkpoint"] == checkpoint_id and row.get("status") == status and "share" in row:
                return compare.national(row["share"], row["n"], checkpoint.source())
        if checkpoint.population == "alle":
            # The share of all says nothing of one status.
            return None
    if checkpoint.national is None or checkpoint.n is None:
        return None
    return compare.national(checkpoint.national, checkpoint.n, checkpoint.source())


def _rows() -> list[dict[str, Any]]:
    return [row for theme in published()["theme"] for figure in theme["figure"] for row in figure["row"]]


def needs_status() -> bool:
    """Whether a row of the table counts the citizens of one status only."""
    return any("status" in row for row in _rows())


def report_table(decisions: Decisions, status: Sequence[str] | None, language: Language = "da") -> list[Line]:
    """The published table with one's own figures.

    Args:
        decisions: the run.
        status: of each case, ``ledighedsydelse`` or ``fleksjob``; None where it is not known, and the rows of one
            status are then empty.
        language: of headings and labels.

    Returns:
        One line per published figure, in the report's order.
    """
    table = _Table(decisions, status, language)
    lines = [
        table.line(theme["number"], figure[language], row)
        for theme in published()["theme"]
        for figure in theme["figure"]
        for row in figure["row"]
    ]
    return _compared(lines)


class _Table:
    def __init__(self, decisions: Decisions, status: Sequence[str] | None, language: Language) -> None:
        self._decisions = decisions
        self._language = language
        self._place = {name: number for number, name in enumerate(decisions.checkpoints)}
        unknown = [""] * len(decisions.cases)
        self._status = np.array(unknown if status is None else list(status), dtype=object)

    def line(self, theme: int, heading: str, row: Mapping[str, Any]) -> Line:
        """The own figure of a row."""
        checkpoint = row["checkpoint"]
        chosen = np.ones(len(self._decisions.cases), np.bool_)
        if "status" in row:
            chosen = self._status == row["status"]
        counts = self._decisions.counts[:, self._place[checkpoint]]
        mean = interval = None
        if "mean_weeks" in row:
            given = self._decisions.counts[:, self._place[row["given"]], STATUSES.index(row["answer"])] > 0
            mean, interval, n = self._mean_weeks(checkpoint, given)
            documented = 0
        elif "below_days" in row or "from_days" in row:
            days = self._days(checkpoint)[1]
            documented = int((days < row["below_days"] if "below_days" in row else days >= row["from_days"]).sum())
            n = len(days)
        else:
            total = counts[chosen].astype(np.int64).sum(axis=0)
            documented = int(total[DOCUMENTED])
            n = documented + int(total[NOT_DOCUMENTED]) + (int(total[NOT_RELEVANT]) if checkpoint in of_all() else 0)
        exact, score = clopper_pearson(documented, n), wilson(documented, n)
        national = self._national(row)
        return Line(
            theme=theme,
            heading=heading,
            label=row[self._language],
            checkpoint=checkpoint,
            status=row.get("status"),
            documented=documented,
            n=n,
            exact=(float(exact[0]), float(exact[1])),
            wilson=(float(score[0]), float(score[1])),
            mean=mean,
            mean_interval=interval,
            not_assessable=int(counts[chosen, NOT_ASSESSABLE].sum()),
            published=self._published(row, national),
            national=national,
        )

    def _days(self, checkpoint: str) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        return self._decisions.measured.get(checkpoint, (np.empty(0, np.intp), np.empty(0)))

    def _mean_weeks(
        self, checkpoint: str, chosen: NDArray[np.bool_]
    ) -> tuple[float | None, tuple[float, float] | None, int]:
        """Mean of the cases, Student's interval, and their number."""
        from scipy import special

        cases, days = self._days(checkpoint)
        weeks = days[chosen[cases]] / 7
        n = len(weeks)
        if n < 2:
            return (float(weeks[0]) if n else None), None, n
        half = float(special.stdtrit(n - 1, 0.975) * weeks.std(ddof=1) / np.sqrt(n))
        mean = float(weeks.mean())
        return mean, (mean - half, mean + half), n

    def _national(self, row: Mapping[str, Any]) -> National | None:
        if "below_days" in row or "from_days" in row or "count" in row:
            if "count" in row:
                return compare.counted(row["count"], row["n"], load_catalogue()[row["checkpoint"]].source())
            return compare.national(row["share"], row["n"], "") if "share" in row else None
        return None if "mean_weeks" in row else national_of(row["checkpoint"], row.get("status"))

    def _published(self, row: Mapping[str, Any], national: National | None) -> str:
        if f"published_{self._language}" in row:
            return str(row[f"published_{self._language}"])
        if "mean_weeks" in row:
            mean = f"{row['mean_weeks']:g}"
            return mean.replace(".", ",") if self._language == "da" else mean
        assert national is not None
        return f"{100 * national.share:.0f} % (N = {national.n})"


def _compared(lines: Sequence[Line]) -> list[Line]:
    from dataclasses import replace

    tested = {
        number: compare.compare(line.documented, line.n, line.national)
        for number, line in enumerate(lines)
        if line.national is not None and line.n and line.mean is None
    }
    adjusted = compare.adjusted([p for p, _ in tested.values()], "holm")
    found = list(lines)
    for (number, (p, test)), corrected in zip(tested.items(), adjusted, strict=True):
        found[number] = replace(lines[number], p=p, adjusted=corrected, test=test)
    return found
