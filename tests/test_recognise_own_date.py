"""The date of a document itself."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from docscore.case import Kind
from docscore.recognise import document_date

HERE = Path(__file__).parent
EXPECTED: dict[str, str | None] = json.loads((HERE / "data" / "recognise" / "dates.json").read_text(encoding="utf-8"))
LABELS = sorted((HERE.parent / "annotations" / "cases").glob("*/labels.gold.json"))


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_samples(name: str) -> None:
    text = (HERE / "data" / "recognise" / name).read_text(encoding="utf-8")
    found = document_date(text, Kind(name.partition("/")[0]))
    assert (found.isoformat() if found else None) == EXPECTED[name]


@pytest.mark.skipif(not LABELS, reason="the corpus is not part of this distribution")
def test_corpus() -> None:
    total = right = wrong = 0
    for path in LABELS:
        for name, document in json.loads(path.read_text(encoding="utf-8"))["documents"].items():
            if "date" not in document:
                continue  # only writers noted the dates
            found = document_date((path.parent / name).read_text(encoding="utf-8"), Kind(document["kind"]))
            iso = found.isoformat() if found else None
            total += 1
            right += iso == document["date"]
            wrong += iso is not None and iso != document["date"]
    assert right / total >= 0.93  # most of the rest are not found; few are wrong
    assert wrong / total <= 0.03


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (
            Kind.FORBEREDENDE_DEL,
            "Forberedende del\nOpstart: 04-01-2021\nUdfyldt den: 18-02-2021\nTeammøde 16-03-2021",
            "2021-02-18",
        ),
        (Kind.FORBEREDENDE_DEL, "Forberedende del\nKaj Holm\nLÆ 265 modtaget 3/2-2021. Møde i teamet 16/3-2021.", None),
        (
            Kind.FORBEREDENDE_DEL,
            "Forberedende del\n1.3 Udfyldt den\n30.09.2021 (hjemmebesøg)\n1.4 Sagsbehandler",
            "2021-09-30",
        ),
        (Kind.FORBEREDENDE_DEL, "Forberedende del\nOprettet: 02.03.2020   Sidst ændret: 28.05.2020", "2020-05-28"),
        (Kind.FORBEREDENDE_DEL, "Forberedende del\nKaj Holm, født 3. maj 1970", None),
        (Kind.INDSTILLING, "Indstilling\nSag: Kaj Holm, 030570-XXXX\nMøde afholdt den 9. november 2021", "2021-11-09"),
        (Kind.INDSTILLING, "INDSTILLING, rehab.team 28/10-21, Kaj H.\nOrient. brev 30/10-21", "2021-10-28"),
        (Kind.INDSTILLING, "Indstilling\nDet fremgår af attesten af 30. august 2021, at ryggen er slidt.", None),
        (Kind.JOBSAMTALE, "17/2-22 jobsamt. fremmøde. LY fra 1/12-21\nnæste gang 24/3-22", "2022-02-17"),
        (Kind.JOBSAMTALE, "Jobsamtale\nsiden samtalen den 28. november 2022 er der søgt tre job", None),
        (Kind.JOBSAMTALE, "Jobsamtale\nRoskilde, den 3. maj 2022\nNæste samtale 7. juni 2022", "2022-05-03"),
        (Kind.MIN_PLAN, "Min Plan\nOprettet 02-09-2021\n\n15-09-2021 Praktik i Brugsen", "2021-09-02"),
        (Kind.MIN_PLAN, "Min Plan\nOprettet 02-09-2021\n15-09-2021 | Praktik i Brugsen", "2021-09-02"),
        (Kind.MIN_PLAN, "Min Plan\nOprettet 02-09-2021\nSidst opdateret 05-10-2021", "2021-10-05"),
        (Kind.MIN_PLAN, "Udskrift fra Jobnet 02.04.2021 – Min Plan\nGældende plan af 30.03.2021", "2021-03-30"),
        (Kind.LAEGEATTEST, "LÆ 265\nKonsultation: 24.01.2023\nDiagnose: gigt\nAttest afsendt 31.01.2023", "2023-01-31"),
        (Kind.CV, "CV\n01.08.2015 – 31.10.2020  Postbud\n01.02.2006 – 30.06.2015  Chauffør", None),
        (Kind.ANDET, "", None),
        # The only date in a head without labels; of two, neither.
        (
            Kind.FORBEREDENDE_DEL,
            "Forberedende del\nBo Lind, Skive, torsdag den 5. maj 2022\n\nBo er 41 år.",
            "2022-05-05",
        ),
        (
            Kind.FORBEREDENDE_DEL,
            "Forberedende del\nBo Lind, talt med 2. maj 2022 og igen 5. maj 2022\n" + "\nBo er 41." * 6,
            None,
        ),
        (Kind.JOBSAMTALE, "JOBSAMTALE\nBo Lind, 010170-XXXX. Onsdag 8. marts 2023. Gåtur\n\nSiden sidst", "2023-03-08"),
        # A letter's date comes before what it refers to.
        (
            Kind.INDSTILLING,
            "Nordby Kommune\nDen 5. maj 2022\n\nTeamets indstilling af 2. maj 2022\n\nKære Bo Lind\n\nTeamet har …",
            "2022-05-05",
        ),
        # Below the head, a follow-up is a coming one.
        (
            Kind.JOBSAMTALE,
            "Notat fra samtale. Bo Lind. 17. november 2021.\n\n"
            + "Bo har søgt job.\n" * 8
            + "Opfølgning 12. januar 2022",
            "2021-11-17",
        ),
    ],
)
def test_which_date_is_its_own(kind: Kind, text: str, expected: str | None) -> None:
    found = document_date(text, kind)
    assert (found.isoformat() if found else None) == expected


def test_only_the_given_part() -> None:
    text = "Dato: 1.1.2020\nforan\nDato: 2.2.2021\nnotat"
    assert document_date(text, Kind.JOBSAMTALE, start=text.index("Dato: 2")) == date(2021, 2, 2)


def test_signature_far_below() -> None:
    text = "Indstilling\n" + "Teamet har drøftet sagen.\n" * 200 + "Aalborg, den 4. maj 2021\nMødeleder"
    assert document_date(text, Kind.INDSTILLING) == date(2021, 5, 4)
