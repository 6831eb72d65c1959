"""Extracted values: hours, times, positions, schemes and efforts from the sentences of evidence."""

from __future__ import annotations

import doctest
import importlib
import time
from datetime import date
from typing import Any

import pytest

from docscore.case import Case, Document, Facts, Kind
from docscore.checkpoints import load_catalogue
from docscore.detect.topics import load_model
from docscore.language.reading import read
from docscore.report.tables import COLUMNS, decision_cells
from docscore.report.values import value_text
from docscore.values import value_of
from docscore.values.amounts import number_of
from docscore.values.efforts import efforts_of
from docscore.values.hours import hours_of
from docscore.values.moments import deadline_of, follow_up_of
from docscore.values.named import positions_of, schemes_of
from docscore.values.said import Said

DECISION: dict[str, Any] = dict.fromkeys(COLUMNS["decisions"]) | {"evidence": []}
TODAY = date(2022, 3, 10)


@pytest.mark.parametrize("module", ["amounts", "efforts", "hours", "moments", "spans"])
def test_doctests(module: str) -> None:
    assert doctest.testmod(importlib.import_module(f"docscore.values.{module}")).failed == 0


def test_values_are_written_for_readers() -> None:
    assert doctest.testmod(importlib.import_module("docscore.report.values")).failed == 0
    assert value_text(12.5) == "12,5"
    assert value_text(12.5, "en") == "12.5"
    assert value_text("2022-04-05", "en") == "2022-04-05"
    row = dict(zip(COLUMNS["decisions"], decision_cells({**DECISION, "value": [10, 12]}), strict=True))
    assert row["value"] == "10-12"


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("12", 12),
        ("7,5", 7.5),
        ("12.5", 12.5),
        ("4½", 4.5),
        ("½", 0.5),
        ("7 1/2", 7.5),
        ("halvanden", 1.5),
        ("Otte", 8),
        ("tre en halv", 3.5),
        ("to og en halv", 2.5),
        ("en halv", 0.5),
        ("syvogtredive", 37),
    ],
)
def test_numbers(said: str, number: float) -> None:
    assert number_of(said) == number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Arbejdsevnen vurderes til 12 timer om ugen.", 12),
        ("12,5 t/u", 12.5),
        ("Arb.evne otte timer ugl.", 8),
        ("Skønnet arbejdsevne på seksten timer", 16),
        ("I alt 7 1/2 time ugentligt", 7.5),
        ("10 (ti) timer ugentligt", 10),
        ("15-18 timer ugentligt", [15, 18]),
        ("Arbejdsevnen er mellem fem og otte timer om ugen", [5, 8]),
        ("8 til 10 timer pr. uge", [8, 10]),
        ("ca. halvanden time 3 gange om ugen", 4.5),
        ("Arbejdsevnen vurderes til 3 dage á 4 timer", 12),
        ("To gange tre timer ugentligt", 6),
        ("6 timer om ugen fordelt på 3 dage a 2 timer", 6),
        ("Fremmøde 15 t., effektiv 7,5", ["fremmøde 15", "effektiv 7,5"]),
        ("12 timer (6 effektive)", ["fremmøde 12", "effektiv 6"]),
        ("10 t. ugentlig (effektivt 6 t.)", ["fremmøde 10", "effektiv 6"]),
        ("Effektiv arbejdstid skønnes til 5 timer ud af 10 timers fremmøde", ["fremmøde 10", "effektiv 5"]),
        ("Fremmøde 10-12 timer, heraf effektivt 5-6 timer", ["fremmøde 10-12", "effektiv 5-6"]),
        ("15 timers fremmøde med en effektivitet på 50 %", ["fremmøde 15"]),
        ("5 timer effektivt pr. uge", ["effektiv 5"]),
        # what is hoped for, was once, is a bound or is another's is left aside
        ("Arbejdsevnen er 6 timer om ugen og ventes at komme op på 10 timer.", 6),
        ("Arbejdsevne 8-10 timer/uge, med mulighed for 12-14 timer på sigt", [8, 10]),
        ("Borger ønsker 15 timer om ugen; arbejdsevnen vurderes til 10 timer.", 10),
        ("Hun gik fra 2 til 6 timer, og de 6 timer lægges til grund som arbejdsevne.", 6),
        ("Der er bevilget mentor 2 timer om ugen.", None),
        ("op til 10 timer om ugen", None),
        ("højst 8 timer om ugen", None),
        ("fra 10 til 12 timer om ugen", None),
        # no number of a week
        ("Arbejdsevnen er 4 timer dagligt", None),
        ("Arbejdsevnen er 3 timer ad gangen", None),
        ("1 time og 30 minutter tre gange om ugen", None),
        ("Han arbejder 5 timer mandag og 5 timer torsdag", None),
        ("Han kan kun arbejde ganske få timer om ugen.", None),
        ("Arbejdsevnen vurderes til 60 timer om ugen", None),
        # two that contradict each other
        ("Teamet vurderer 8 timer om ugen, lægen vurderer 12 timer om ugen.", None),
    ],
)
def test_hours(text: str, value: Any) -> None:
    assert hours_of([Said(text)]) == value


@pytest.mark.parametrize(
    ("text", "prompt", "value"),
    [
        ("9", "Arbejdsevne, timer pr. uge", 9),
        ("4½", "Timer", 4.5),
        ("8-10", "Arb.evne", [8, 10]),
        ("6 i første omgang", "Timer", 6),
        ("9", "Antal børn", None),
        ("60 %", "Arbejdsevne", None),
        ("3 måneder", "Timer", None),
        ("5 timer pr. uge", "Personlig assistance", None),
    ],
)
def test_hours_in_a_field(text: str, prompt: str, value: Any) -> None:
    assert hours_of([Said(text, prompt, field=True)]) == value


def test_hours_of_the_strongest_kind_win_and_contradictions_give_none() -> None:
    assert hours_of([Said("Arbejdsevnen er 8 timer om ugen."), Said("8 timer er udgangspunktet.")]) == 8
    assert hours_of([Said("Praktikken var på 12 timer."), Said("Arbejdsevnen vurderes til 8 timer om ugen.")]) == 8
    assert hours_of([Said("Arbejdsevne 8 timer om ugen."), Said("Arbejdsevne 12 timer om ugen.")]) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Hun ventes at nå 12 timer inden for halvandet år.", "18 måneder"),
        ("12 timer inden for 12-18 måneder", "12-18 måneder"),
        ("kan øges i løbet af de næste to år", "2 år"),
        ("om ca. 2 år forventes 15 timer", "2 år"),
        ("inden for et halvt år", "6 måneder"),
        ("I det første år kan der lægges opgaver til", "1 år"),
        ("10 timer senest den 1. september 2023", "2023-09-01"),
        ("10 timer inden 1. juni", "2022-06-01"),
        ("10 timer ved udgangen af 2023", "2023-12-31"),
        ("10 timer inden udgangen af 2. kvartal 2023", "2023-06-30"),
        ("10 timer inden februar 2023", "2023-02"),
        ("10 timer frem mod sommeren 2023", "sommer 2023"),
        ("10 timer i løbet af efteråret 23", "efterår 2023"),
        ("10 timer i løbet af 2023", "2023"),
        ("Behandlingen begynder i december, og 12 timer ventes inden for to år.", "2 år"),
        ("om et år eller to", None),
        ("inden for en rimelig periode", None),
        ("Efter 6 måneder 10 timer, og efter 12 måneder 12 timer", None),
        ("Behandlingen begynder i december.", None),
        ("For to år siden gik hun op til 10 timer.", None),
        ("Mentor i 26 uger.", None),
    ],
)
def test_deadlines(text: str, value: str | None) -> None:
    assert deadline_of([Said(text)], TODAY) == value


def test_a_deadline_may_stand_in_the_prompt() -> None:
    assert (
        deadline_of([Said("12 timer om et år"), Said("oktober 2023", "Frist for udvikling", True)], TODAY) == "2023-10"
    )
    assert deadline_of([Said("10-12 timer", "Om 18 måneder", True)], TODAY) == "18 måneder"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Næste samtale d. 12/4 kl. 10", "2022-04-12"),
        ("Ny tid 05.04. kl. 10.15", "2022-04-05"),
        ("Ny samtale 22-04.", "2022-04-22"),
        ("Vi ses igen i uge 14", "2022-W14"),
        ("Ny samtale om tre uger", "3 uger"),
        ("Opfølgning tre måneder fra dato", "3 måneder"),
        ("Opfølgning hver 3. måned", "hver 3. måned"),
        ("Indkaldes primo maj", "2022-05"),
        ("Ny samtale om seks uger, i uge 16", "2022-W16"),
        ("Hun har tid hos lægen 20/3. Næste samtale 5. april", "2022-04-05"),
        ("Ringer mandag, cv rettes inden uge 12, ny samtale 19/4", "2022-04-19"),
        ("Sidste samtale var 2/2, næste er 4/5", "2022-05-04"),
        ("Opfølgning efter behov", None),
        ("Næste samtale tirsdag kl. 9", None),
        ("Ny samtale i uge 15 eller 16", None),
        ("Samtale den 10. marts 2022", None),
    ],
)
def test_next_follow_up(text: str, value: str | None) -> None:
    assert follow_up_of([Said(text)], TODAY) == value


def test_a_time_without_a_year_needs_the_documents_date() -> None:
    assert follow_up_of([Said("Vi ses igen 12/4.")], None) is None
    assert follow_up_of([Said("Vi ses igen 12/4 2022.")], None) == "2022-04-12"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Mentor bevilges, og praktik hos en købmand fra uge 12.", ["mentor", "virksomhedspraktik"]),
        ("Opkvalificering i form af truckkursus.", ["kursus"]),
        ("Fortsat fysioterapi; bostøtten fortsætter.", ["sundhedsindsats", "social indsats"]),
        ("Danskundervisning fra maj, mentor er tilbudt og takket nej til.", ["danskundervisning"]),
        ("Ingen behov for mentor. Virksomhedspraktik bevilges.", ["virksomhedspraktik"]),
        ("Mentor er drøftet, men fravalgt.", None),
        ("Borger har tidligere været i praktik.", None),
        ("Der iværksættes ikke indsatser.", None),
    ],
)
def test_efforts(text: str, value: list[str] | None) -> None:
    assert efforts_of([Said(text)]) == value


def test_efforts_of_a_group_and_of_the_past() -> None:
    said = [Said("Mentor og praktik fra maj."), Said("Kursus i Excel.")]
    assert efforts_of(said, ("virksomhedsrettet",)) == ["virksomhedspraktik"]
    assert efforts_of(said, ("øvrige",)) == ["kursus"]
    past = [Said("Praktikken blev gennemført i foråret.")]
    assert efforts_of(past) is None
    assert efforts_of(past, ahead=False) == ["virksomhedspraktik"]
    assert efforts_of([Said("Hos Møllens Auto, 8 uger.", "Praktik", True)], ahead=False) == ["virksomhedspraktik"]
    assert efforts_of([Said("Planlagt til maj.", "Praktik", True)], ahead=False) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Jobmålet er pedelmedhjælper.", ["pedelmedhjælper"]),
        ("Hun kan pakke reservedele og føre kørelister.", ["pakke reservedele"]),
        ("Registrering af arkivalier, optælling af varer.", ["registrering af arkivalier", "optælling af varer"]),
        ("Han kan ikke vende tilbage som tømrer, men kan blive lagermedhjælper.", ["lagermedhjælper"]),
        ("Skolens pedel mangler hjælp.", None),
        ("Et job med de rette skånehensyn.", None),
    ],
)
def test_positions(text: str, value: list[str] | None) -> None:
    found = positions_of(read(text, kind=Kind.INDSTILLING).sentences)
    assert (found is None) if value is None else (found is not None and set(value) <= set(found))
    assert found is None or not {"tømrer", "pedel"} & set(found)


def test_schemes_are_named_once_and_those_who_handle_them_are_not() -> None:
    text = "Personlig assistance søges. Hjælpemiddelkonsulenten bestiller et hæve-sænke-bord."
    assert schemes_of(read(text, kind=Kind.INDSTILLING).sentences) == ["personlig assistance", "hæve-sænke-bord"]


def test_a_decision_carries_the_value_of_its_own_document() -> None:
    text = (
        "Rehabiliteringsteamets indstilling\n\nTeamet indstiller til fleksjob som lagermedhjælper. "
        "Arbejdsevnen vurderes til 10-12 timer om ugen. Hun kan ikke løfte over 5 kg.\n"
    )
    document = Document("indstilling.txt", text, Kind.INDSTILLING, TODAY)
    case = Case("2022-1", (document,), Facts())
    catalogue, detector = load_catalogue(), load_model().detector()
    assert detector(catalogue["ind.arbejdsevne_timer"], case, document).value == [10, 12]
    assert detector(catalogue["ind.klart_jobmaal"], case, document).value == ["lagermedhjælper"]
    # What is not documented has no value.
    assert detector(catalogue["ind.indsatser"], case, document).value is None


def test_only_decisions_with_a_value_have_one() -> None:
    reading = read("Mentor 2 timer om ugen fra 1. maj 2022.", kind=Kind.INDSTILLING)
    assert value_of("virksomhedskonsulent", reading, [0]) is None
    assert value_of("indsatser", reading, [0]) == ["mentor"]
    assert value_of("indsatser", reading, []) is None


@pytest.mark.parametrize(
    "piece", ["8 timer om ugen, ", "inden 1/2 2023 ", "næste ", "2 x 2 ", "12.04. ", "til 8-", "((", "praktik og "]
)
def test_crafted_text_is_read_in_linear_time(piece: str) -> None:
    text = piece * 20_000
    reading = read("Jobmål: pedel", kind=Kind.INDSTILLING)
    sentence = reading.sentences[-1]
    reading.text, sentence.start, sentence.end = text, 0, len(text)
    start = time.process_time()
    for head in ("arbejdsevne_timer", "frist_udvikling", "naeste_opfoelgning", "indsatser"):
        value_of(head, reading, [len(reading.sentences) - 1], TODAY)
    assert time.process_time() - start < 2
