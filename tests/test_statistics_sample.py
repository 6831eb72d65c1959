"""Samples: the report's numbers, drawn again by another auditor, with replacements in the drawn order."""

from __future__ import annotations

import csv
import doctest
import hashlib
import json
import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docscore.cli import main
from docscore.errors import InputError
from docscore.statistics import sampling
from docscore.statistics.sampling import (
    DRAWN,
    REPLACEMENT,
    UNUSABLE,
    Population,
    draw,
    fingerprint,
    in_order,
    load_population,
    load_strata,
    strata_of,
)

FIFTEEN = {
    ("ledighedsydelse", "2017"): 2,
    ("ledighedsydelse", "2018"): 2,
    ("ledighedsydelse", "2019"): 3,
    ("fleksjob", "2017"): 2,
    ("fleksjob", "2018"): 3,
    ("fleksjob", "2019"): 3,
}


def people(kommuner=3, each=8, years=("2017", "2018", "2019", "2020")):
    found = {}
    for kommune in range(kommuner):
        for status in ("ledighedsydelse", "fleksjob"):
            for year in years:
                for number in range(each):
                    found[f"{kommune}-{status[0]}-{year}-{number}"] = (f"Kommune {kommune}", status, year)
    return found


def population(cases):
    return Population(cases, ("kommune", "status", "aar"), fingerprint(cases))


def write_list(path, cases, delimiter=";", encoding="utf-8"):
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.writer(stream, delimiter=delimiter)
        writer.writerow(["case_id", "kommune", "status", "aar"])
        writer.writerows([case_id, *values] for case_id, values in cases.items())
    return path


def test_documentation():
    assert doctest.testmod(sampling).failed == 0


def test_the_reports_sample():
    sample = draw(population(people()), load_strata(), "1")
    assert len(sample.drawn) == 45
    for kommune in range(3):
        mine = Counter(
            place.stratum[1:] for place in sample.places if place.role == DRAWN and place.stratum[0][-1] == str(kommune)
        )
        assert mine == FIFTEEN
    assert not sample.short
    assert sum(sample.outside.values()) == 3 * 2 * 8


def test_the_order_is_the_hash_of_seed_and_id():
    ids = [f"sag {n}" for n in range(30)]
    by_hand = sorted(ids, key=lambda case_id: hashlib.sha256(f"frø 7\n{case_id}".encode()).hexdigest())
    assert in_order(ids, "frø 7") == by_hand
    cases = dict.fromkeys(ids, ("K", "fleksjob", "2018"))
    assert draw(population(cases), load_strata(), "frø 7").drawn == by_hand[:3]


@given(st.randoms(use_true_random=False), st.text(max_size=10))
def test_the_order_of_the_list_does_not_matter(shuffled, seed):
    cases = people(2, 5)
    other = list(cases.items())
    shuffled.shuffle(other)
    first, second = draw(population(cases), load_strata(), seed), draw(population(dict(other)), load_strata(), seed)
    assert first.places == second.places
    assert fingerprint(cases) == fingerprint(dict(other))


def test_every_case_is_as_likely():
    cases = {f"sag {n}": ("K", "fleksjob", "2018") for n in range(12)}
    drawn = Counter(
        case_id for seed in range(2000) for case_id in draw(population(cases), load_strata(), str(seed)).drawn
    )
    # 3 of 12 in each of 2,000 draws: 500 each, standard deviation 19.
    assert min(drawn.values()) > 420
    assert max(drawn.values()) < 580


def test_unusable_cases_are_replaced_by_the_next_in_order():
    cases = people(1)
    before = draw(population(cases), load_strata(), "7")
    bad = before.drawn[0]
    stratum = next(place.stratum for place in before.places if place.case_id == bad)
    after = draw(population(cases), load_strata(), "7", {bad: "mangler indstilling"})
    next_one = next(p.case_id for p in before.places if p.stratum == stratum and p.role == REPLACEMENT)
    assert set(after.drawn) == {*before.drawn, next_one} - {bad}
    (place,) = [place for place in after.places if place.role == UNUSABLE]
    assert (place.case_id, place.reason, place.number) == (bad, "mangler indstilling", 1)
    assert len(after.drawn) == 15


def test_a_stratum_with_too_few_cases_says_so():
    sample = draw(population(people(1, each=2)), load_strata(), "1")
    assert [(one.values[1:], one.wanted, one.drawn) for one in sample.short] == [
        (("ledighedsydelse", "2019"), 3, 2),
        (("fleksjob", "2018"), 3, 2),
        (("fleksjob", "2019"), 3, 2),
    ]


def test_strata_of_ones_own(tmp_path):
    file = tmp_path / "strata.toml"
    file.write_text('per = []\n[[stratum]]\nteam = "Nord"\nn = 4\n[[stratum]]\nteam = "Syd"\nn = 2\n', "utf-8")
    strata = load_strata(file)
    assert strata.columns == ("team",)
    cases = {f"{n}": ("Nord" if n % 2 else "Syd",) for n in range(20)}
    sample = draw(Population(cases, ("team",), fingerprint(cases)), strata, "1")
    assert Counter(cases[case_id][0] for case_id in sample.drawn) == {"Nord": 4, "Syd": 2}


@pytest.mark.parametrize(
    "table",
    [
        {},
        {"per": "kommune", "stratum": [{"n": 1}]},
        {"stratum": [{"n": 0}]},
        {"stratum": [{"n": True}]},
        {"stratum": [{"team": "Nord"}]},
        {"stratum": [{"team": "Nord", "n": 1}, {"aar": 2017, "n": 1}]},
        {"stratum": [{"team": "Nord", "n": 1}, {"team": "Nord", "n": 2}]},
    ],
)
def test_strata_that_cannot_be_used(table):
    with pytest.raises(InputError, match=r"mine\.toml"):
        strata_of(table, "mine.toml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("case_id;kommune;status\na;K;LY\n", "kolonnen aar mangler"),
        ("case_id;kommune;status;aar\na;K;LY;2017\na;K;LY;2018\n", "række 2.*to gange"),
        ("case_id;kommune;status;aar\n;K;LY;2017\n", "case_id mangler"),
        ("case_id;kommune;status;aar\n", "ingen sager"),
    ],
)
def test_lists_that_cannot_be_used(tmp_path, text, said):
    file = tmp_path / "liste.csv"
    file.write_text(text, "utf-8")
    with pytest.raises(InputError, match=said):
        load_population(file, ("kommune", "status", "aar"))


def test_statuses_and_years_as_people_write_them(tmp_path):
    file = tmp_path / "liste.csv"
    file.write_text(
        "Sagsnr;Kommune;Status;Visitationsdato\n1;Ørby;LY;03-04-2017\n2;Ørby;I fleksjob;2018-01-31\n3;Ørby;andet;\n",
        "cp1252",
    )
    found = load_population(file, ("kommune", "status", "aar"))
    assert dict(found.cases) == {
        "1": ("Ørby", "ledighedsydelse", "2017"),
        "2": ("Ørby", "fleksjob", "2018"),
        "3": ("Ørby", "andet", ""),
    }


# The command


def test_another_auditor_draws_the_same(tmp_path, capsys):
    cases = people()
    first = write_list(tmp_path / "liste.csv", cases)
    shuffled = list(cases.items())
    random.Random(1).shuffle(shuffled)
    second = write_list(tmp_path / "anden.csv", dict(shuffled), ",", "utf-8-sig")
    record, table = tmp_path / "protokol.json", tmp_path / "stik.csv"
    assert main(["sample", str(first), "--record", str(record), "--csv", str(table)]) == 0
    recorded = json.loads(record.read_text("utf-8"))
    assert recorded["population"]["sha256"] == fingerprint(cases)
    assert len([row for row in recorded["cases"] if row["role"] == DRAWN]) == 45
    assert {row["population"] for row in recorded["strata_drawn"]} == {8}
    capsys.readouterr()
    again = tmp_path / "igen.csv"
    assert main(["sample", str(second), "--again", str(record), "--csv", str(again)]) == 0
    assert "den samme: 45 sager" in capsys.readouterr().out
    assert table.read_bytes() == again.read_bytes()


def test_another_list_is_found_out(tmp_path, capsys):
    cases = people()
    record = tmp_path / "protokol.json"
    main(["sample", str(write_list(tmp_path / "liste.csv", cases)), "--record", str(record), "--seed", "7"])
    drawn = json.loads(record.read_text("utf-8"))["cases"][0]["case_id"]
    del cases[drawn]
    capsys.readouterr()
    assert main(["sample", str(write_list(tmp_path / "ny.csv", cases)), "--again", str(record), "--lang", "en"]) == 1
    said = capsys.readouterr().out
    assert "fingerprints differ" in said
    assert drawn in said
    assert "3 cases are others" in said  # it, the replacement that is drawn instead, and the one listed after it


def test_unusable_cases_stand_in_the_record(tmp_path):
    liste = write_list(tmp_path / "liste.csv", people(1))
    record = tmp_path / "protokol.json"
    main(["sample", str(liste), "--record", str(record), "--seed", "7"])
    bad = json.loads(record.read_text("utf-8"))["cases"][0]["case_id"]
    unusable = tmp_path / "uanvendelige.csv"
    unusable.write_text(f"sagsnr;årsag\n{bad};journalen mangler\n", "utf-8")
    assert main(["sample", str(liste), "--record", str(record), "--seed", "7", "--unusable", str(unusable)]) == 0
    recorded = json.loads(record.read_text("utf-8"))
    assert recorded["unusable"] == {bad: "journalen mangler"}
    assert main(["sample", str(liste), "--again", str(record)]) == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["sample", "LISTE"],
        ["sample", "LISTE", "--record", "r.json", "--again", "r.json"],
        ["sample", "LISTE", "--again", "findes ikke.json"],
        ["sample", "findes ikke.csv", "--record", "r.json"],
        ["sample", "LISTE", "--record", "ingen mappe/r.json"],
        ["sample", "LISTE", "--record", "r.json", "--strata", "LISTE"],
    ],
)
def test_wrong_use(tmp_path, monkeypatch, arguments, capsys):
    monkeypatch.chdir(tmp_path)
    liste = write_list(tmp_path / "liste.csv", people(1))
    assert main([str(liste) if argument == "LISTE" else argument for argument in arguments]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["liste.csv"]
