"""The published table: complete, in the report's order, and what a sample with the published shares gives back."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from statistics_support import CHECKPOINTS, IR, KIV, NO, YES, write_run

from docscore.checkpoints import Population, load_catalogue
from docscore.cli import main
from docscore.statistics import Decisions, show_report
from docscore.statistics.compare import counts_of
from docscore.statistics.fokusrevision import national_of, of_all, published, report_table
from docscore.statistics.words import load_words

ROWS = [
    (theme["number"], figure["da"], row)
    for theme in published()["theme"]
    for figure in theme["figure"]
    for row in figure["row"]
]

# The figures and sections in the order in which the report's summary and chapters give them.
HEADINGS = [
    *("Figur 1", "Figur 2", "Figur 3", "Figur 22", "Afsnit 4.1.1", "Figur 23", "Figur 24", "Figur 4", "Afsnit 4.2"),
    *("Figur 27", "Figur 29", "Figur 30", "Figur 5", "Afsnit 5.2", "Figur 33", "Figur 6", "Figur 7", "Figur 39"),
    *("Afsnit 5.3", "Figur 41", "Figur 43", "Figur 8", "Figur 44", "Figur 47", "Figur 49", "Figur 9"),
]


def test_order_of_themes_and_headings():
    assert [theme["number"] for theme in published()["theme"]] == [1, 2, 3, 4, 5, 6]
    headings = [figure["da"] for theme in published()["theme"] for figure in theme["figure"]]
    assert [heading.split(". ")[0] for heading in headings] == HEADINGS


def test_every_published_share_of_the_catalogue_is_in_the_table():
    shown = {row["checkpoint"] for _, _, row in ROWS}
    for checkpoint in load_catalogue():
        if checkpoint.national is not None or checkpoint.national_note is not None:
            assert checkpoint.id in shown, checkpoint.id


def test_rows_stand_under_their_theme_and_figure():
    catalogue = load_catalogue()
    for theme, heading, row in ROWS:
        checkpoint = catalogue[row["checkpoint"]]
        place = heading.split(". ")[0]
        assert theme in {checkpoint.theme, 5 if checkpoint.inddragelse else 0, 4 if "Figur 8" in place else 0} or (
            place in {"Figur 5", "Figur 33", "Figur 6"}
        ), (heading, row["checkpoint"])
        number = place.removeprefix("Figur ").removeprefix("Afsnit ")
        source = checkpoint.section if place.startswith("Afsnit") else checkpoint.figure
        # Figure 8 of the summary is figure 50 of the chapter.
        numbers = {number, "50"} if number == "8" else {number}
        assert numbers & set((source or "").split(", ")), (heading, row["checkpoint"], source)


def test_labels_and_headings_in_both_languages():
    for theme in published()["theme"]:
        for part in (theme, *theme["figure"], *(row for figure in theme["figure"] for row in figure["row"])):
            assert part["da"]
            assert part["en"]
            assert not re.search(r"[æøåÆØÅ]", part["en"].replace("LÆ", ""))


def test_splits_by_status():
    assert (national_of("ind.konkret_fleksjob", "fleksjob").share, national_of("ind.konkret_fleksjob").share) == (
        0.37,
        0.26,
    )
    assert national_of("ind.indsatser", "ledighedsydelse").n == 139
    assert national_of("ind.skaanehensyn", "fleksjob") is None
    assert of_all() == {"ind.selv_finde_fleksjob"}
    assert load_catalogue()["ind.selv_finde_fleksjob"].population is Population.UDEN_KONKRET_FLEKSJOB


# A sample with the published shares

KOMMUNER, PER = 20, 15
MISSING = 7 * PER  # the LY case without an indstilling
DAYS = ("fd.varighed_til_moede", "ind.dage_til_orientering")


def national_sample(seed):  # noqa: PLR0915 - one figure after the other
    """20 municipalities of 15 cases (7 on ledighedsydelse, 8 in fleksjob), decided exactly as published."""
    rng = np.random.default_rng(seed)
    cases = {}
    for kommune in range(KOMMUNER):
        years = [2017] * 2 + [2018] * 2 + [2019] * 3 + [2017] * 2 + [2018] * 3 + [2019] * 3
        for number, year in enumerate(years):
            status = "ledighedsydelse" if number < 7 else "fleksjob"
            cases[f"{kommune:02d}-{number:02d}"] = {"kommune": f"Kommune {kommune:02d}", "status": status, "aar": year}
    names = list(cases)
    ly = [name for name in names if cases[name]["status"] == "ledighedsydelse"]
    fj = [name for name in names if cases[name]["status"] == "fleksjob"]
    missing = names[MISSING]
    assert missing in ly
    answers = {name: {} for name in names}

    def give(checkpoint, those, yes):
        chosen = set(rng.choice(those, yes, replace=False).tolist()) if yes else set()
        for name in those:
            answers[name][checkpoint] = YES if name in chosen else NO

    def count(percent, n):
        return min(counts_of(percent, n), key=lambda k: abs(k / n - percent / 100))

    for checkpoint in load_catalogue():
        those = {"LY": ly, "FJ": fj}.get(checkpoint.population.value, names)
        if checkpoint.kind == "indstilling":
            those = [name for name in those if name != missing]
            answers[missing][checkpoint.id] = KIV
        if checkpoint.id == "fd.laege_265":
            # Two frikommuner are exempt.
            those = [name for name in those if not name.startswith(("00", "01"))]
        if checkpoint.id in {"ind.konkret_fleksjob", "ind.indsatser"}:
            first, second = (18, 59) if checkpoint.id == "ind.konkret_fleksjob" else (50, 37)
            give(checkpoint.id, [name for name in ly if name != missing], first)
            give(checkpoint.id, fj, second)
        elif checkpoint.id == "ind.progression":
            give(checkpoint.id, those, 11)
        elif checkpoint.id == "ind.frist_udvikling":
            give(checkpoint.id, [name for name in those if answers[name]["ind.progression"] == YES], 0)
        elif checkpoint.id == "ind.paragraf_116_stk_2":
            answers[missing][checkpoint.id] = NO
            give(checkpoint.id, names, 2)
        elif checkpoint.id == "ind.paragraf_116_begrundelse":
            give(checkpoint.id, [name for name in names if answers[name]["ind.paragraf_116_stk_2"] == YES], 0)
        elif checkpoint.id == "ind.selv_finde_fleksjob":
            without = [name for name in those if answers[name]["ind.konkret_fleksjob"] == NO]
            give(checkpoint.id, without, count(6, 299))
        elif checkpoint.id == "ind.fastholdelsesfleksjob":
            answers[missing][checkpoint.id] = NO
            give(checkpoint.id, names, 6)
        elif checkpoint.national is not None:
            those = (
                sorted(rng.choice(those, checkpoint.n, replace=False).tolist()) if checkpoint.n < len(those) else those
            )
            assert len(those) == checkpoint.n, checkpoint.id
            give(checkpoint.id, those, count(checkpoint.national, checkpoint.n))
    for name in names:
        for checkpoint in CHECKPOINTS:
            answers[name].setdefault(checkpoint, IR)
    concrete = [name for name in names if answers[name]["ind.konkret_fleksjob"] == YES]
    rest = [name for name in names if answers[name]["ind.konkret_fleksjob"] == NO]
    days = waits(rng, len(concrete), 14, 16.7) + waits(rng, len(rest), 40, 19.8) + [90]
    for name, number in zip([*concrete, *rest, missing], days, strict=True):
        answers[name][DAYS[0]] = (YES, number)
    told = [0, 1, 2] * 43 + [3, 4] * 10 + [3] + [5, 9, 14] * 32 + [15, 20, 40] * 18
    for name, number in zip(names, rng.permutation(told).tolist(), strict=True):
        answers[name][DAYS[1]] = (YES, number)
    return answers, cases


def waits(rng, n, long, mean_weeks):
    """So many numbers of days with this mean in weeks, ``long`` of them of 183 days or more, most below 122."""
    days = [*rng.integers(183, 260, long).tolist(), *rng.integers(60, 122, n - long).tolist()]
    for _ in range(100_000):
        short = round(mean_weeks * 7 * n) - sum(days)
        if not short:
            break
        k = int(rng.integers(n))
        low, high = (183, 400) if k < long else (20, 150)
        days[k] = min(max(days[k] + int(np.sign(short)), low), high)
    assert round(sum(days) / n / 7, 1) == mean_weeks
    return days


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_a_sample_with_the_published_shares_gives_the_published_table(tmp_path, seed, capsys):
    answers, cases = national_sample(seed)
    run = write_run(tmp_path / "run", answers, cases)
    out = tmp_path / "tabel.json"
    assert main(["statistics", str(run), "--as", "fokusrevision", "--json", str(out)]) == 0
    figures = json.loads(out.read_text("utf-8"))["figures"]
    assert [figure["heading"].split(". ")[0] for figure in figures] == [
        heading.split(". ")[0] for _, heading, _ in ROWS
    ]
    said = capsys.readouterr().out
    for figure, (theme, heading, row) in zip(figures, ROWS, strict=True):
        where = f"{heading}: {row['da']}"
        checkpoint = load_catalogue()[row["checkpoint"]]
        assert (figure["theme"], figure["label"]) == (theme, row["da"]), where
        assert row["da"][:30] in said, where
        if "mean_weeks" in row:
            assert round(figure["mean_weeks"], 1) == row["mean_weeks"], where
        elif row.get("published_da") in {"over halvdelen", "halvdelen"}:
            assert figure["share"] >= 0.5, where
        elif "count" in row:
            assert (figure["documented"], figure["n"]) == (row["count"], row["n"]), where
        else:
            percent, n = row.get("share", checkpoint.national), row.get("n", checkpoint.n)
            assert f"{100 * figure['share']:.0f}" == f"{percent:.0f}", where
            assert figure["n"] == n, where
            assert figure["national"] == pytest.approx(percent / 100), where
            assert figure["exact_low"] <= figure["share"] <= figure["exact_high"], where
        assert figure["p_adjusted"] is None or figure["p_adjusted"] > 0.99, where


@pytest.mark.slow
def test_a_sample_drawn_from_the_published_shares_seldom_differs():
    """New samples of 300 cases with the same shares: hardly one table in twenty points out any difference."""
    rng = np.random.default_rng(8)
    answers, cases = national_sample(0)
    status = [case["status"] for case in cases.values()]
    from statistics_support import decisions_of

    plain = {
        name: {k: v[0] if isinstance(v, tuple) else v for k, v in given.items()} for name, given in answers.items()
    }
    fixed = decisions_of(plain)
    shares = {c.id: (c.national or 0) / 100 for c in load_catalogue()}
    alarms = 0
    rounds = 60
    for _ in range(rounds):
        counts = fixed.counts.copy()
        for k, name in enumerate(CHECKPOINTS):
            if load_catalogue()[name].national is None or name in of_all():
                continue
            decided = counts[:, k, 0] + counts[:, k, 1]
            yes = rng.binomial(1, shares[name], len(decided)) * decided
            counts[:, k, 0], counts[:, k, 1] = yes, decided - yes
        drawn = Decisions(fixed.source, fixed.cases, fixed.checkpoints, counts)
        table = report_table(drawn, status)
        alarms += any(line.adjusted is not None and line.adjusted < 0.05 for line in table if line.status is None)
    assert alarms <= 6, alarms


def test_without_status_the_rows_of_one_status_are_empty(tmp_path):
    answers, _ = national_sample(1)
    run = write_run(tmp_path / "run", answers)
    out = tmp_path / "tabel.json"
    assert main(["statistics", str(run), "--as", "fokusrevision", "--json", str(out), "--lang", "en"]) == 0
    figures = json.loads(out.read_text("utf-8"))["figures"]
    for figure in figures:
        assert (figure["n"] == 0) == (figure["status"] is not None), figure["label"]
        assert figure["share"] is None or figure["n"]


@pytest.mark.parametrize("language", ["da", "en"])
def test_table_on_a_screen(language):
    answers, cases = national_sample(2)
    from statistics_support import decisions_of

    plain = {
        name: {k: v[0] if isinstance(v, tuple) else v for k, v in given.items()} for name, given in answers.items()
    }
    figures = report_table(decisions_of(plain), [case["status"] for case in cases.values()], language)
    lines = [
        "".join(text for text, _ in line)
        for line in show_report.lines(figures, 300, load_words(language), with_status=True)
    ]
    assert max(map(len, lines)) <= 104
    shares = [line for line in lines if re.search(r"  \d+ %  ", line) and "95 %" not in line]
    assert all(re.search(r" \d+ % +\d+-\d+ ", line) for line in shares)
    assert any(re.search(r"N = 11\) \[0-29\]", line) for line in lines)
