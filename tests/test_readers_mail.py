"""E-mails and their attachments."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msg_support import compound, message

from docscore.readers import FileProblemError, read_case, read_document
from docscore.readers.mail import attachments, safe_name


def mail(body: str = "Hej Mona\n\nJeg kan desværre ikke komme på torsdag.\n", **headers: str) -> EmailMessage:
    made = EmailMessage()
    made["From"] = headers.get("sender", "Karl Brink <karl@eksempel.dk>")
    made["To"] = "Jobcenter Nordby <job@kommune.example>"
    made["Subject"] = headers.get("subject", "Ændret tid – på torsdag")
    made["Date"] = headers.get("date", "Fri, 12 Mar 2021 10:15:00 +0100")
    made.set_content(body)
    return made


def test_head_and_body_of_an_eml() -> None:
    found = read_document(mail().as_bytes(), "besked.eml")
    assert found.text.splitlines() == [
        "Fra: Karl Brink <karl@eksempel.dk>",
        "Til: Jobcenter Nordby <job@kommune.example>",
        "Dato: 12-03-2021 kl. 10.15",
        "Emne: Ændret tid – på torsdag",
        "",
        "Hej Mona",
        "",
        "Jeg kan desværre ikke komme på torsdag.",
    ]
    assert found.notes == ()


def test_html_is_read_where_the_plain_part_is_a_stub() -> None:
    made = mail("Din e-mailklient viser ikke HTML.\n")
    made.add_alternative(
        "<style>p{}</style><p>Hej Mona</p>" + "<p>Jeg vil gerne arbejde på lageret.</p>" * 3, subtype="html"
    )
    text = read_document(made.as_bytes(), "besked.eml").text
    assert "arbejde på lageret" in text
    assert "HTML" not in text


def test_plain_text_is_preferred_where_both_say_the_same() -> None:
    made = mail()
    made.add_alternative("<p>Hej Mona</p><p>Jeg kan desværre ikke komme på torsdag.</p>", subtype="html")
    assert read_document(made.as_bytes(), "b.eml").text.endswith("Hej Mona\n\nJeg kan desværre ikke komme på torsdag.")


@pytest.mark.parametrize("charset", ["iso-8859-1", "windows-1252", "utf-8", "x-ukendt"])
def test_charsets(charset: str) -> None:
    head = f"From: a@b.dk\r\nSubject: x\r\nContent-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    body = "Skånehensyn: ro på arbejdet"
    data = head.encode() + body.encode("utf-8" if charset in {"utf-8", "x-ukendt"} else "cp1252")
    assert body in read_document(data, "b.eml").text


def test_attachments_become_documents_of_the_case(tmp_path: Path) -> None:
    made = mail()
    made.add_attachment(
        "LÆ 265 – tåler ikke løft".encode(), maintype="text", subtype="plain", filename="../../attest.txt"
    )
    made.add_attachment(b"Samme navn", maintype="text", subtype="plain", filename="attest.txt")
    made.add_attachment(b"BEGIN:VCALENDAR", maintype="text", subtype="calendar", filename="møde.ics")
    made.add_attachment(b"\0\1\2\3" * 50, maintype="application", subtype="octet-stream", filename="program.exe")
    (tmp_path / "mail fra Karl.eml").write_bytes(made.as_bytes())
    case = read_case(tmp_path)
    assert [document.document_id for document in case.documents] == [
        "mail fra Karl.eml",
        "mail fra Karl.eml/attest.txt",
        "mail fra Karl.eml/attest (2).txt",
    ]
    assert case.documents[1].text == "LÆ 265 – tåler ikke løft"
    assert case.documents[1].sha256 != case.documents[0].sha256
    assert [problem.file for problem in case.problems] == ["mail fra Karl.eml/program.exe"]


def test_a_mail_in_a_mail_is_read_and_named() -> None:
    outer = mail()
    inner = mail("Tak for sidst. Praktikken gik godt, og jeg vil gerne have flere timer.", subject="Praktik")
    inner.add_attachment(b"Bilag", maintype="text", subtype="plain", filename="note.txt")
    outer.add_attachment(inner)
    found, notes = attachments(outer.as_bytes(), "b.eml")
    assert [one.name for one in found] == ["Praktik.eml"]
    assert not notes
    assert "flere timer" in read_document(found[0].data, found[0].name).text


def test_pictures_of_the_layout_are_no_attachments() -> None:
    made = mail()
    made.add_alternative("<p>Hej</p><img src='cid:logo'>", subtype="html")
    payload = made.get_payload()
    assert isinstance(payload, list)
    payload[1].add_related(b"\x89PNG....", "image", "png", cid="<logo>")
    assert attachments(made.as_bytes(), "b.eml") == ([], [])


SENT = datetime(2021, 7, 1, 6, 30, tzinfo=UTC)


def test_head_body_and_attachments_of_an_msg(tmp_path: Path) -> None:
    inner = message("Attest", "Attesten er sendt.\r\n", "Lægehuset", SENT, inner=True)
    tree = message(
        "Svar på ansøgning",
        "Hej\r\n\r\nVi ansætter gerne Søren.\r\n",
        "Ruth Kjær",
        SENT,
        {"plan.txt": b"Uge 1", "x": inner},
    )
    (tmp_path / "svar.msg").write_bytes(compound(tree))
    case = read_case(tmp_path)
    assert not case.problems
    assert [document.document_id for document in case.documents] == [
        "svar.msg",
        "svar.msg/plan.txt",
        "svar.msg/Attest.txt",
    ]
    head = "Fra: Ruth Kjær\nDato: 01-07-2021 kl. 08.30\nEmne: Svar på ansøgning\n\nHej\n\nVi ansætter gerne Søren."
    assert case.documents[0].text == head
    assert "Dato: 01-07-2021 kl. 08.30" in case.documents[2].text


def test_a_long_body_lies_outside_the_small_streams() -> None:
    body = "Borgeren har det godt på arbejdspladsen. " * 200
    text = read_document(compound(message("Status", body, "Ruth", SENT)), "langt.msg").text
    assert text.strip().endswith(body.strip())


def test_an_old_word_file_is_no_mail() -> None:
    with pytest.raises(FileProblemError, match=r"gammelt Office-format|Word-format"):
        read_document(compound({"WordDocument": b"x" * 100}), "brev")


@pytest.mark.parametrize("name", ["a.msg", "a"])
def test_a_damaged_msg_is_a_problem_with_its_name(name: str) -> None:
    data = compound(message("x", "y" * 5000, "z", SENT))[:700]
    with pytest.raises(FileProblemError, match=r"^a(\.msg)?: "):
        read_document(data, name)


@given(st.binary(max_size=400), st.integers(0, 1500))
def test_no_bytes_crash_the_readers(noise: bytes, place: int) -> None:
    good = compound(message("x", "Hej", "z", SENT, {"a.txt": b"b"}))
    for data, name in (
        (b"From: a\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n" + noise, "a.eml"),
        (good[:place] + noise + good[place + len(noise) :], "a.msg"),
    ):
        try:
            read_document(data, name)
            attachments(data, name)
        except FileProblemError as error:
            assert error.reason


@given(st.text(max_size=300))
def test_a_safe_name_is_one_part_of_a_path(name: str) -> None:
    safe = safe_name(name)
    assert "/" not in safe
    assert "\\" not in safe
    assert safe not in {".", ".."}
    assert len(safe) <= 120
