"""Plain text: encodings, clean-up, junk."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docscore.errors import UnreadableFileError
from docscore.readers import read_document
from docscore.readers.cleanup import clean
from docscore.readers.names import natural_key, unique_id
from docscore.readers.plain import decode

TEXT = "Borgeren ønsker at arbejde få timer – også på Ærø. § 74 c, stk. 3\n"


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        TEXT.encode("utf-32"),
        TEXT.encode("cp1252"),
        TEXT.replace("\n", "\r\n").encode("cp1252"),
        TEXT.replace("\n", "\r").encode(),
        TEXT.replace("t", "t\0").encode(),
        unicodedata.normalize("NFD", TEXT).encode(),
    ],
    ids=["utf8", "bom", "utf16", "be-bom", "le", "be", "utf32", "1252", "1252-crlf", "cr", "nul", "nfd"],
)
def test_every_encoding_gives_the_same_text(data: bytes) -> None:
    assert read_document(data, "notat.txt").text == TEXT


def test_markdown_is_text() -> None:
    assert read_document("# Mål\n- ro\n".encode(), "a.md").text == "# Mål\n- ro\n"


def test_stray_windows_byte_in_utf8_does_not_spoil_the_rest() -> None:
    data = ("ønsker æble få " * 5).encode() + b"bl\xe5 " + "å".encode()
    assert decode(data) == "ønsker æble få " * 5 + "blå å"


def test_cut_off_utf8_is_still_utf8() -> None:
    assert decode(("ægte smerter på øen " * 3).encode() + "å".encode()[:1]).startswith("ægte smerter på øen")


def test_clean_up() -> None:
    raw = "Skåne\u00adhensyn\u00a0ro\u200b\r\narbejds\u00ad\nmarked\ttab\x07 \uf0fe ja \uf0a8 nej \ufb01nt\x0cnæste"
    assert clean(raw) == "Skånehensyn ro\narbejdsmarked\ttab ☒ ja ☐ nej fint\nnæste"


@given(st.text())
def test_clean_is_idempotent_writable_and_normal(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert "\r" not in once
    assert "\0" not in once
    once.encode("utf-8")


@given(st.binary(max_size=400))
def test_no_bytes_whatever_raise_anything_but_the_documented_error(data: bytes) -> None:
    for name in ("a.txt", "a.pdf", "a.docx", "a.html", "a.rtf", "a", "a.xyz"):
        try:
            read_document(data, name).text.encode("utf-8")
        except UnreadableFileError as error:
            assert str(error).startswith(name)


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b" \r\n\t", b"\0\0\0", b"\xff\xfe"])
def test_empty_file_is_an_empty_text_with_a_note(data: bytes) -> None:
    found = read_document(data, "tom.txt")
    assert found.text == ""
    assert "tom" in found.notes[0]


def test_text_without_words_has_a_note() -> None:
    assert "ingen tekst" in read_document(b"-- ... --", "a.txt").notes[0]


@pytest.mark.parametrize(
    ("data", "name", "word"),
    [
        (bytes(range(256)) * 20, "a.txt", "ikke tekst"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "brev.doc", ".docx"),
        (b"\x89PNG\r\n\x1a\n", "scan.txt", "beskadiget"),
        (b"\xff\xd8\xff\xe0", "foto.jpg", "beskadiget"),
        (b"GIF89a", "foto.png", "tif"),
        (b"hej", "a.odt", ".docx"),
        (b"hej", "mail.msg", ".pdf"),
        (b"hej", "a.xyz", ".xyz"),
        (b"dette er ikke en pdf", "a.pdf", "PDF"),
        (b"dette er ikke en docx", "a.docx", "beskadiget"),
        (b"PK\x03\x04 i stykker", "a.docx", "beskadiget"),
    ],
)
def test_what_cannot_be_read_says_why_and_what_to_do(data: bytes, name: str, word: str) -> None:
    with pytest.raises(UnreadableFileError, match=word) as caught:
        read_document(data, name)
    assert name in str(caught.value)


def test_protected_office_file() -> None:
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(UnreadableFileError, match="adgangskode"):
        read_document(data, "a.docx")


def test_no_message_holds_document_text() -> None:
    with pytest.raises(UnreadableFileError) as caught:
        read_document(b"%PDF-1.4 hemmelig diagnose", "a.pdf")
    assert "hemmelig" not in str(caught.value)


def test_too_large_a_file_is_refused_by_its_size_alone(tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("docscore.readers.limits.MAX_FILE_BYTES", 1000)
    (tmp_path / "stor.txt").write_bytes(b"x" * 1001)
    with pytest.raises(UnreadableFileError, match="for stor"):
        read_document(tmp_path / "stor.txt")


@pytest.mark.slow
def test_fifty_megabytes_are_read() -> None:
    data = ("Borgeren ønsker ro. " * 2_600_000).encode()
    start = time.perf_counter()
    assert len(read_document(data, "stor.txt").text) == 52_000_000
    assert time.perf_counter() - start < 15


def test_natural_order() -> None:
    names = ["sag 10", "Sag 2", "sag 1", "sag 02b", "å", "9" * 5000]
    assert sorted(names, key=natural_key) == ["9" * 5000, "sag 1", "Sag 2", "sag 02b", "sag 10", "å"]


@given(st.lists(st.text(max_size=8)))
def test_natural_order_takes_any_names(names: list[str]) -> None:
    assert sorted(sorted(names), key=natural_key) == sorted(names, key=natural_key)


def test_unique_ids() -> None:
    taken: set[str] = set()
    assert [unique_id("a", taken) for _ in range(3)] == ["a", "a~2", "a~3"]
    assert unique_id("a~2", taken) == "a~2~2"
