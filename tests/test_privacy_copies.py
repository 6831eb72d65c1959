"""Copies with invented people, and runs that are removed."""

from __future__ import annotations

import json
import os
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_privacy_masks import SECRET, leaks, stuffed

from docscore.batch.output import OWN_FILES
from docscore.cli import main
from docscore.language.names import first_names
from docscore.privacy.numbers import find_cpr
from docscore.privacy.people import find_people, words
from docscore.privacy.pseudonyms import Pseudonyms
from docscore.readers import read_case

KEY = b"en hemmelig noegle"
LETTER = """Navn: Mette Holm Hansen, cpr 120370-1234, født den 12. marts 1970
Søndre Ringvej 12, 2. tv, 8000 Aarhus C
Mette og M.H. samt MHH. Mettes bil. METTE HOLM ringer på 20304050 (mh@x.dk), og mette holm går. Konto 1234 1234567890.
Jens-Ole Bragh, 010170-XXXX, og Ole er her. Hans bil. Per telefon. Uge 12.
Med venlig hilsen
Karl-Otto Vinding
"""


def replaced(text: str, key: bytes = KEY) -> str:
    return Pseudonyms(key, find_people([text])).text(text).text


def test_one_person_stays_one_person_in_every_form():
    text = replaced(LETTER)
    first, middle, last = re.search(r"Navn: (\w+) (\w+) (\w+), cpr", text).groups()
    assert first.lower() in first_names() and first_names()[first.lower()] == "hun"
    lines = text.splitlines()
    assert lines[0] == f"Navn: {first} {middle} {last}, cpr 010170-XXXX, født den 01-01-1970"
    initials = first[0] + middle[0] + last[0]
    assert lines[2].startswith(
        f"{first} og {first[0]}.{last[0]}. samt {initials}. {first}s bil. {first.upper()} {middle.upper()} "
    )
    assert re.search(r"0000 [A-ZÆØÅ]", lines[1]) and "Ringvej" not in text and "Aarhus" not in text
    assert "Hans bil. Per telefon. Uge 12." in text
    double, single = re.search(r"^(\w+-\w+) \w+, 010170-XXXX, og (\w+) er her", lines[3]).groups()
    assert double.endswith(f"-{single}")
    for secret in (
        "Mette",
        "Holm",
        "Hansen",
        "1234",
        "20304050",
        "mh@",
        "1970-",
        "12. marts",
        "Bragh",
        "Karl",
        "Vinding",
    ):
        assert secret not in text


@given(st.text("0123456789", min_size=4, max_size=4), st.text("0123456789", min_size=10, max_size=10))
def test_no_invented_number_looks_like_a_cpr_number(first, rest):
    for text in (f"Konto {first} {rest}. Tlf. {rest}", f"reg. {first} konto {rest}-{first}, ring på {rest}"):
        assert not list(find_cpr(replaced(text)))


def test_the_same_key_gives_the_same_names_and_another_others():
    assert replaced(LETTER) == replaced(LETTER)
    assert replaced(LETTER) != replaced(LETTER, b"en anden hemmelig noegle")


@given(st.binary(min_size=16, max_size=40))
def test_no_two_first_names_become_one_and_none_stays(key):
    names = sorted(
        name for name, gender in first_names().items() if gender == "hun" and name not in words()["ambiguous"]
    )
    people = find_people([f"Navn: {name.title()} Holm\n" for name in names[:30]])
    given_names = Pseudonyms(key, people)._names
    fresh = [given_names[name] for name in names[:30]]
    assert len(set(fresh)) == len(fresh)
    assert not any(new.lower() == old for new, old in zip(fresh, names, strict=False))


def test_a_copy_of_a_case(tmp_path, capsys):
    case = stuffed(tmp_path / "sager")
    facts = {
        **{
            "kommune": "Nørreå",
            "status": "ledighedsydelse",
            "fields": {"konkret_fleksjob": False},
            "ukendt": "Thilde Obelitz",
        },
        "documents": [
            {"file": "forberedende del Thilde Obelitz.txt", "kind": "forberedende_del", "date": "2020-10-01"}
        ],
        "dates": {
            "rehab_moede": "2020-11-24",
            "jobsamtaler": ["2021-01-02"],
            "ledighedsydelse_perioder": [["2021-01-01", None]],
        },
    }
    (case / "sag.json").write_text(json.dumps(facts), encoding="utf-8")
    key = tmp_path / "noegle"
    copies = []
    for name in ("en", "to"):
        assert main(["pseudonymise", str(case), "--out", str(tmp_path / name), "--key", str(key)]) == 1
        said = capsys.readouterr()
        assert "Læs kopien igennem" in said.out and "CPR-numre" in said.out
        assert leaks((said.out + said.err).replace(str(tmp_path), "")) == []
        copies.append({path.name: path.read_bytes() for path in sorted((tmp_path / name).iterdir())})
    assert copies[0] == copies[1]
    assert sorted(copies[0]) == ["01-forberedende_del.txt", "02-dokument.txt", "sag.json"]
    text = b"\n".join(copies[0].values()).decode()
    # An invented name may be the real one of another.
    found = {match[0] for match in SECRET.finditer(text.replace("010170-XXXX", ""))}
    assert found <= {"Agnete", "Yrsa", "Hjalte"}
    copy, original = read_case(tmp_path / "en"), read_case(case)
    assert copy.facts.dates == original.facts.dates and copy.facts.fields == original.facts.fields
    assert copy.facts.jobsamtaler == original.facts.jobsamtaler
    assert copy.facts.ledighedsydelse_perioder == original.facts.ledighedsydelse_perioder
    assert [(d.kind, d.date) for d in copy.documents] == [(d.kind, d.date) for d in original.documents]
    assert copy.case_id.startswith("sag-") and copy.case_id != original.case_id
    if os.name == "posix":
        assert key.stat().st_mode & 0o077 == 0
        assert (tmp_path / "en").stat().st_mode & 0o077 == 0
    # A copy never lands on something else, and never in the case.
    assert main(["pseudonymise", str(case), "--out", str(tmp_path / "en"), "--key", str(key)]) == 2
    assert main(["pseudonymise", str(case), "--out", str(case / "kopi")]) == 2
    key.write_text("kort", encoding="utf-8")
    assert main(["pseudonymise", str(case), "--out", str(tmp_path / "tre"), "--key", str(key)]) == 2
    assert not (tmp_path / "tre").exists()


# Output folder and purge


@pytest.mark.skipif(os.name != "posix", reason="Windows has no owner-only mode")
def test_the_output_folder_is_its_owner_s_alone(tmp_path):
    case = stuffed(tmp_path / "sager")
    ready = tmp_path / "findes"
    ready.mkdir(mode=0o755)
    ready.chmod(0o755)
    for out in (tmp_path / "a" / "b", ready):
        assert main(["score", str(case), "--out", str(out), "--format", "xlsx"]) == 1
        assert out.stat().st_mode & 0o777 == 0o700
        assert {path.stat().st_mode & 0o077 for path in out.iterdir()} == {0}


def test_purge_removes_a_run_and_nothing_else(tmp_path, capsys, monkeypatch):
    case = stuffed(tmp_path / "sager")
    out = tmp_path / "ud"
    main(["score", str(case), "--out", str(out), "--format", "xlsx", "--format", "csv"])
    (out / ".docscore-tmp-resultat.xlsx-2").write_text("rest", encoding="utf-8")
    capsys.readouterr()
    assert main(["purge", str(out)]) == 2  # nobody to ask
    assert (out / "run.json").exists()
    own = tmp_path / "mine noter.txt"
    own.write_text("mit", encoding="utf-8")
    (out / "noter.txt").write_text("mit", encoding="utf-8")
    assert main(["purge", str(out), "--yes"]) == 0
    assert [path.name for path in out.iterdir()] == ["noter.txt"]
    assert "1 andre filer" in capsys.readouterr().out
    assert main(["purge", str(out), "--yes"]) == 2  # no longer a run
    assert "intet er slettet" in capsys.readouterr().err.lower()


def test_purge_asks_and_heeds_the_answer(tmp_path, capsys, monkeypatch):
    import io

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    case = stuffed(tmp_path / "sager")
    out = tmp_path / "ud"
    main(["score", str(case), "--out", str(out)])
    for answer, left in (("nej\n", True), ("\n", True), ("ja\n", False)):
        monkeypatch.setattr("sys.stdin", Terminal(answer))
        main(["purge", str(out)])
        assert out.exists() is left


@pytest.mark.parametrize("name", ["findes ikke", "fil", "mappe", "fremmed"])
def test_purge_refuses_what_is_no_run(tmp_path, name):
    (tmp_path / "fil").write_text("x", encoding="utf-8")
    (tmp_path / "mappe").mkdir()
    (tmp_path / "mappe" / "decisions.jsonl").write_text("{}", encoding="utf-8")
    (tmp_path / "fremmed").mkdir()
    (tmp_path / "fremmed" / "run.json").write_text('{"program": "andet"}', encoding="utf-8")
    (tmp_path / "fremmed" / "cases.csv").write_text("x", encoding="utf-8")
    before = sorted(path.name for path in tmp_path.rglob("*"))
    assert main(["purge", str(tmp_path / name), "--yes"]) == 2
    assert sorted(path.name for path in tmp_path.rglob("*")) == before


@pytest.mark.skipif(not hasattr(os, "symlink") or os.name != "posix", reason="links")
def test_purge_follows_no_link(tmp_path):
    out, outside = tmp_path / "ud", tmp_path / "udenfor.txt"
    out.mkdir()
    outside.write_text("mit", encoding="utf-8")
    (out / "run.json").write_text('{"program": "docscore"}', encoding="utf-8")
    (out / "decisions.jsonl").symlink_to(outside)
    assert main(["purge", str(out), "--yes"]) == 0
    assert outside.read_text("utf-8") == "mit" and not out.exists()
    assert "decisions.jsonl" in OWN_FILES
