"""Files that mean harm, or are merely monstrous: each is refused or read within its limit, and the others go on."""

from __future__ import annotations

import ctypes
import io
import json
import os
import struct
import subprocess
import sys
import time
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from job_fakes import Factory
from readers_support import case_folder
from scan_support import FakeEngine, fake, picture, recorded, saved, scan_pdf, typed

from docscore.batch.pool import score_sources
from docscore.case import Case, Problem
from docscore.errors import UnreadableFileError
from docscore.readers import guard_windows, guard_worker, iter_sources, limits, read_case, read_document
from docscore.readers.guard_worker import Isolation, isolated, read_cell_guarded, read_guarded

ROOT = Path(__file__).resolve().parents[1]


def pdf_of(objects: list[bytes]) -> bytes:
    """A PDF of its objects, the first of which is the catalogue."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, item in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + item + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)
    return bytes(out)


def stream(content: bytes, head: bytes = b"") -> bytes:
    packed = zlib.compress(content, 9)
    return b"<< /Length %d /Filter /FlateDecode %s >>\nstream\n" % (len(packed), head) + packed + b"\nendstream"


FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def page_pdf(content: bytes, *more: bytes, media: bytes = b"0 0 595 842", resources: bytes = b"") -> bytes:
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [%s] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> %s >> >>"
    return pdf_of(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            page % (media, resources),
            stream(content),
            FONT,
            *more,
        ]
    )


def within(seconds: float, data: bytes, name: str) -> Any:
    """Read, and see that it took the process no longer than so much of the processor's time."""
    began = time.process_time()
    found = read_document(data, name)
    assert time.process_time() - began < seconds
    return found


# Limits of sizes


def test_a_pdf_of_a_million_objects_is_read() -> None:
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"]
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>"
    )
    objects += [page, stream(b"BT /F 11 Tf 50 700 Td (Behov for pauser.) Tj ET"), FONT]
    assert within(10, pdf_of(objects + [b"<</A 1>>"] * 1_000_000), "a.pdf").text == "Behov for pauser."


@pytest.mark.slow
def test_a_page_of_a_million_lines_is_named_and_not_rendered(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = fake(monkeypatch, FakeEngine(recorded("prosa")))
    found = within(20, page_pdf(b"0 0 m 9 9 l S\n" * 1_000_000), "a.pdf")
    assert engine.calls == 0
    assert "for stort" in found.notes[0]


@pytest.mark.slow
def test_a_page_of_a_million_words_is_read() -> None:
    found = within(30, page_pdf(b"BT /F 9 Tf 10 10 Td (ord ) Tj ET\n" * 1_000_000), "a.pdf")
    assert found.text


def test_a_pdf_of_too_many_pages_is_refused() -> None:
    pages = 10_000
    kids = b" ".join(b"%d 0 R" % (number + 3) for number in range(pages))
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages)]
    objects += [b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"] * pages
    with pytest.raises(UnreadableFileError, match=r"a\.pdf: .*5000 sider.*Del den op"):
        within(5, pdf_of(objects), "a.pdf")


def bomb(side: int) -> bytes:
    """A PDF page that is a picture of ``side`` × ``side`` dots."""
    head = b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 1"
    image = stream(b"\xff\xfe" * (side * side // 16), head % (side, side))
    return page_pdf(b"q 595 0 0 842 0 0 cm /I Do Q", image, resources=b"/XObject << /I 6 0 R >>")


def test_a_page_with_a_picture_of_a_billion_dots_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = fake(monkeypatch, FakeEngine(recorded("prosa")))
    found = within(2, bomb(35_000), "a.pdf")
    assert engine.calls == 0
    assert found.notes[0].startswith("billedet på side 1 er for stort")
    read_document(bomb(4_000), "a.pdf")
    assert engine.calls == 1


def test_the_picture_may_hide_behind_other_objects_and_in_forms(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = fake(monkeypatch, FakeEngine(recorded("prosa")))
    head = b"/Type /XObject /Subtype /Image /Width 35000 /Height 35000 /ColorSpace /DeviceGray /BitsPerComponent 1"
    form = stream(
        b"0 0 m 9 9 l S\n" * 5000 + b"595 0 0 842 0 0 cm /I Do",
        b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << /I 7 0 R >> >>",
    )
    data = page_pdf(b"/F1 Do", form, stream(b"\0" * 1000, head), resources=b"/XObject << /F1 6 0 R >>")
    found = within(3, data, "a.pdf")
    assert engine.calls == 0
    assert "for stort" in found.notes[0]


@pytest.mark.parametrize("side", [b"20000", b"14400000", b"1e30"])
def test_a_sheet_as_large_as_a_field_is_not_rendered(side: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = fake(monkeypatch, FakeEngine(recorded("prosa")))
    data = page_pdf(b"0 0 m 9 9 l S\n" * 200, media=b"0 0 %s %s" % (side, side))
    within(3, data, "a.pdf")
    assert engine.calls == 0


def test_a_large_drawing_is_rendered_coarser(monkeypatch: pytest.MonkeyPatch) -> None:
    from PIL import Image

    class Seen(FakeEngine):
        def hocr(self, png: bytes, dpi: int) -> bytes:
            with Image.open(io.BytesIO(png)) as image:
                sizes.append((image.width * image.height, dpi))
            return super().hocr(png, dpi)

    sizes: list[tuple[int, int]] = []
    monkeypatch.setattr(limits, "MAX_OCR_PIXELS", 3_000_000)
    fake(monkeypatch, Seen(recorded("prosa")))
    read_document(page_pdf(b"5 w 0 0 m 500 500 l S\n" * 200), "a.pdf")
    assert sizes
    assert sizes[0][0] <= limits.MAX_OCR_PIXELS * 1.01
    assert limits.MIN_OCR_DPI <= sizes[0][1] < limits.OCR_DPI


def png_header(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = zlib.compress(b"\0" * 100_000, 9)

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def test_picture_bombs_are_not_decoded(monkeypatch: pytest.MonkeyPatch, recwarn: pytest.WarningsRecorder) -> None:
    engine = fake(monkeypatch, FakeEngine(recorded("prosa")))
    tiff = bytearray(saved(picture(typed("Hej"), dpi=50), "TIFF"))
    at = tiff.index(struct.pack("<HHI", 256, 4, 1)) + 8
    tiff[at : at + 4] = struct.pack("<I", 2_000_000_000)
    for data, name in ((png_header(50_000, 50_000), "a.png"), (bytes(tiff), "a.tif")):
        assert "for stort" in within(2, data, name).notes[0]
    assert engine.calls == 0
    assert list(recwarn) == []


def test_a_tiff_of_too_many_pages_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from PIL import Image

    monkeypatch.setattr(limits, "MAX_PAGES", 3)
    engine = fake(monkeypatch, FakeEngine(recorded("prosa")))
    page = Image.new("1", (20, 20), 1)
    data = saved(page, "TIFF", save_all=True, append_images=[page] * 4)
    with pytest.raises(UnreadableFileError, match="mere end 3 sider"):
        read_document(data, "a.tif")
    assert engine.calls == 0


def test_a_strip_of_a_picture_is_not_blown_up(monkeypatch: pytest.MonkeyPatch) -> None:
    from PIL import Image

    fake(monkeypatch, FakeEngine(recorded("prosa")))
    image = Image.new("1", (1_000_000, 1), 0)
    assert read_document(saved(image, dpi=(1, 1)), "a.png").ocr is False


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.rtf"])
@pytest.mark.parametrize("unit", ["ord ", "x", "<", "{", "§ 116 ", "- "])
def test_lines_of_a_million_characters_are_read_in_time(name: str, unit: str) -> None:
    line = unit * (1_000_000 // len(unit))
    data = {"a.txt": line, "a.html": f"<html><p>{line}</p></html>", "a.rtf": "{\\rtf1 " + line + "}"}[name].encode()
    began = time.process_time()
    with suppress(UnreadableFileError):
        read_document(data, name)
    assert time.process_time() - began < 10


def test_the_limits_are_told() -> None:
    source = (ROOT / "docscore" / "readers" / "limits.py").read_text("utf-8")
    names = [line.partition(" = ")[0] for line in source.splitlines() if line[:1].isupper() and " = " in line]
    assert len(names) > 20
    for name in names:
        if name != "MIB":
            assert f"\n{name} = " in source
            assert '"""' in source.partition(f"\n{name} = ")[2].split("\n")[1], name


# The worker

MISBEHAVE = """
import os, sys, time
from docscore.readers import formats
real = formats.read_document
def read_document(source, name=None):
    if name == "hang.pdf":
        time.sleep(600)
    if name == "doed.pdf":
        os.abort()
    if name == "stor.pdf":
        return [bytearray(200_000_000) for _ in range(100)] and real(source, name)
    if name == "fejl.pdf":
        raise RuntimeError("hemmelig diagnose")
    if name == "snak.pdf":
        print("hemmelig diagnose"); sys.stderr.write("hemmelig"); os.write(1, b"hemmelig")
    if name == "langsom.pdf":
        from docscore.readers.ocr import on_page
        for page in range(4):
            on_page.get()(page, 4); time.sleep(0.5)
    return real(source, name)
formats.read_document = read_document
"""


@pytest.fixture
def misbehaving(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A worker in which some names of files hang, die and eat; ended after the test."""
    guard_worker.close_worker()
    code = guard_worker._CODE.replace(
        "from docscore.readers.guard_child", "exec(sys.argv[2]); from docscore.readers.guard_child"
    )
    real = subprocess.Popen

    def start(command: list[str], **options: Any) -> Any:
        return (
            real([*command[:3], code, command[4], MISBEHAVE], **options)
            if command[1:3] == ["-I", "-c"]
            else real(command, **options)
        )

    monkeypatch.setattr(subprocess, "Popen", start)
    monkeypatch.setattr(limits, "MAX_READ_SECONDS", 1)
    monkeypatch.setattr(guard_worker, "_START_SECONDS", 30)
    yield None
    guard_worker.close_worker()


PDF = typed("Borgeren har behov for pauser.")


def reason(name: str) -> str:
    with isolated(), pytest.raises(UnreadableFileError) as caught:
        read_guarded(PDF, name)
    assert "hemmelig" not in str(caught.value)
    assert str(caught.value).startswith(name)
    return str(caught.value)


@pytest.mark.usefixtures("misbehaving")
def test_what_a_file_does_to_its_worker_is_said_and_the_next_is_read() -> None:
    assert "gå ned" in reason("doed.pdf")
    assert "RuntimeError" in reason("fejl.pdf")
    with isolated():
        assert read_guarded(PDF, "god.pdf").text == "Borgeren har behov for pauser."
        assert read_guarded(PDF, "snak.pdf").text == "Borgeren har behov for pauser."


@pytest.mark.usefixtures("misbehaving")
def test_a_file_that_hangs_is_given_up_in_time() -> None:
    with isolated():
        read_guarded(PDF, "god.pdf")
    began = time.monotonic()
    assert "inden for 1 sekunder" in reason("hang.pdf")
    assert time.monotonic() - began < 10


@pytest.mark.usefixtures("misbehaving")
@pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_AS holds on Linux")
def test_a_file_that_eats_memory_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_READ_SECONDS", 60)
    assert "for stor" in reason("stor.pdf")
    with isolated():
        assert read_guarded(PDF, "god.pdf").text


@pytest.mark.usefixtures("misbehaving")
def test_recognition_that_goes_on_is_not_taken_for_hanging() -> None:
    from docscore.readers.ocr import on_page

    told: list[tuple[int, int]] = []
    token = on_page.set(lambda page, total: told.append((page, total)))
    try:
        with isolated():
            assert read_guarded(PDF, "langsom.pdf").text
    finally:
        on_page.reset(token)
    assert told == [(0, 4), (1, 4), (2, 4), (3, 4)]


@pytest.mark.usefixtures("misbehaving")
def test_the_batch_goes_on_and_the_ledger_names_the_file(tmp_path: Path) -> None:
    case_folder(tmp_path, "s1", {"doed.pdf": PDF, "indstilling.txt": "Rehabiliteringsteamets indstilling: pauser."})
    case_folder(tmp_path, "s2", {"hang.pdf": PDF, "god.pdf": PDF})
    case_folder(tmp_path, "s3", {"god.pdf": PDF})
    found = list(score_sources(iter_sources(tmp_path), Factory()))
    assert not any(isinstance(item, Problem) for item in found)
    records = [item for item in found if not isinstance(item, Problem)]
    assert [record.case["case_id"] for record in records] == ["s1", "s2", "s3"]
    assert [[problem["file"] for problem in record.problems] for record in records] == [
        ["s1/doed.pdf"],
        ["s2/hang.pdf"],
        [],
    ]
    assert [len(record.case["documents"]) for record in records] == [1, 1, 1]


def test_a_worker_reads_what_this_process_reads(tmp_path: Path) -> None:
    for name, data in (
        ("a.pdf", PDF),
        ("b.html", b"<html><p>Behov for <b>pauser</b></p></html>"),
        ("c.rtf", b"{\\rtf1 K\\'e6r hilsen}"),
    ):
        with isolated():
            assert read_guarded(data, name) == read_document(data, name)
    with isolated():
        cell = "<p>Behov for pauser \ud800</p>"
        assert read_cell_guarded(cell, "e.csv").text == "Behov for pauser ?"
        assert read_cell_guarded("ren tekst", "e.csv").text == "ren tekst"
        with pytest.raises(UnreadableFileError, match=r"^g\.pdf: PDF-filen er beskadiget"):
            read_guarded(b"%PDF-1.4 vrovl", "g.pdf")
    guard_worker.close_worker()


def test_which_files_have_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    big = PDF + b"\0" * limits.IN_PROCESS_BYTES
    tiff = saved(picture(typed("Hej"), dpi=50), "TIFF")
    table = [
        (PDF, "a.pdf"),
        (big, "a.pdf"),
        (tiff, "a.tif"),
        (b"hej", "a.txt"),
        (b"hej " * 300_000, "a.txt"),
        (b"GIF8", "a.gif"),
    ]
    wanted = {
        Isolation.NONE: [False] * 6,
        Isolation.RISKY: [False, True, True, False, True, False],
        Isolation.ALL: [True, True, True, False, True, False],
    }
    for level, expected in wanted.items():
        with isolated(level):
            assert [guard_worker._needs_worker(data, name) for data, name in table] == expected


def test_one_small_case_starts_no_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard_worker, "_worker_of_process", lambda: pytest.fail("a worker was started"))
    case_folder(tmp_path, "s1", {"a.pdf": PDF, "b.txt": "Behov for pauser."})
    assert isinstance(read_case(tmp_path / "s1"), Case)


@pytest.mark.skipif(os.name != "posix", reason="process groups")
def test_the_worker_ends_with_its_parent() -> None:
    code = (
        "import os, sys; from docscore.readers import guard_worker as g; g.isolation.set(g.Isolation.ALL); "
        "g.read_guarded(sys.stdin.buffer.read(), 'a.pdf'); print(g._workers[0]._process.pid, flush=True); os._exit(9)"
    )
    done = subprocess.run([sys.executable, "-c", code], input=PDF, capture_output=True, cwd=ROOT, check=False)
    pid = int(done.stdout)
    until = time.monotonic() + 10
    while time.monotonic() < until and _lives(pid):
        time.sleep(0.05)
    assert not _lives(pid)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not (stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z")


def test_the_current_folder_is_no_source_of_the_worker_s_modules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    guard_worker.close_worker()
    (tmp_path / "json.py").write_text("raise SystemExit('kørt')", "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", ["", *(entry for entry in sys.path if entry), str(ROOT)])
    with isolated():
        assert read_guarded(PDF, "a.pdf").text
    guard_worker.close_worker()


class Kernel:
    """Stands in for kernel32 and notes what it was asked."""

    def __init__(self, *, refuses: str = "") -> None:
        self.asked: list[str] = []
        self.limit = 0
        self.flags = 0
        self._refuses = refuses

    def __getattr__(self, name: str) -> Any:
        def call(*arguments: Any) -> int:
            self.asked.append(name)
            if name == "SetInformationJobObject":
                says = arguments[2]._obj
                self.limit, self.flags = says.ProcessMemoryLimit, says.BasicLimitInformation.LimitFlags
            return 0 if name == self._refuses else 7

        return call


class Started:
    _handle = 42


def test_the_windows_job_limits_memory_and_ends_with_its_handle() -> None:
    if ctypes.sizeof(ctypes.c_void_p) == 8:
        assert ctypes.sizeof(guard_windows.Extended) == 144
    kernel = Kernel()
    job = guard_windows.limited_job(Started(), 123, kernel)  # type: ignore[arg-type]
    assert job is not None
    job.close()
    assert (kernel.limit, kernel.flags) == (123, 0x2100)
    assert kernel.asked == ["CreateJobObjectW", "SetInformationJobObject", "AssignProcessToJobObject", "CloseHandle"]
    for refused in ("CreateJobObjectW", "SetInformationJobObject", "AssignProcessToJobObject"):
        assert guard_windows.limited_job(Started(), 123, Kernel(refuses=refused)) is None  # type: ignore[arg-type]


def test_resident_memory_is_watched_where_no_limit_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    guard_worker.close_worker()
    monkeypatch.setattr(guard_worker, "_resident", lambda pid: limits.MAX_WORKER_BYTES + 1)
    monkeypatch.setattr(guard_worker, "_LOOK_SECONDS", 0.001)
    with isolated(), pytest.raises(UnreadableFileError, match="2048 MB hukommelse"):
        read_guarded(scan_pdf(picture(typed("Hej"))), "a.pdf")
    guard_worker.close_worker()


def test_answers_are_plain_json() -> None:
    source = (ROOT / "docscore" / "readers" / "guard_worker.py").read_text("utf-8")
    assert "pickle" not in source.replace("unpickled", "")
    assert json.loads(json.dumps({"text": "\ud800"}))["text"] == "\ud800"
