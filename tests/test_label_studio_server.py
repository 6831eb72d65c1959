"""The round trip through a real Label Studio, by its API.

Slow, and left out unless ``DOCSCORE_LABEL_STUDIO`` is set: to the program, installed in an environment of its own, or
to ``install``, by which the test makes that environment from the package index (about 1 GB, kept in pytest's cache):

    DOCSCORE_LABEL_STUDIO=install pytest -m slow tests/test_label_studio_server.py
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from docscore.annotate import formats, label_studio
from docscore.annotate.labels import write_labels
from docscore.annotate.questions import Answer, questions
from docscore.annotate.tasks import Task
from docscore.case import Kind, Problem
from docscore.learn.annotations import load_documents

ASKED = os.environ.get("DOCSCORE_LABEL_STUDIO", "")
PATIENCE = 900
"""Seconds in which a busy machine has the server up: the first start makes its database."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not ASKED, reason="DOCSCORE_LABEL_STUDIO names no Label Studio, nor says install"),
]

HERE = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""The server is on this machine: no proxy of the environment is asked."""

TEXT = (
    "Rehabiliteringsteamets indstilling\n\n"
    "Navn:  Åse Ødegård,  født i Ærøskøbing. 🦺\n"
    "Hun har brug for ro,\thun må ikke løfte.\n\n\n"
    "  Målet er et job som pedelmedhjælper  på en mindre skole. 𝔸\n"
    'Timetallet forventes øget fra 6 til 10 timer & mere < end før "nu".\n'
)


class Server:
    """A running Label Studio."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self._token = token

    def __call__(self, method: str, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Token {self._token}", "Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        with HERE.open(request, timeout=180) as answer:
            return json.loads(answer.read())


@pytest.fixture(scope="module")
def program(request: pytest.FixtureRequest) -> str:
    """Label Studio's program, by its whole path: the server runs in a folder of its own."""
    if ASKED != "install":
        found = shutil.which(ASKED)
        assert found, f"{ASKED} is no program"
        return str(Path(found).absolute())
    home = request.config.cache.mkdir("label_studio") / f"python{sys.version_info.major}.{sys.version_info.minor}"
    place = home / ("Scripts" if os.name == "nt" else "bin")
    done = home / "installed"  # written last: what a kill left half made is made anew
    if not done.is_file():
        shutil.rmtree(home, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
        install = [str(place / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*install, "label-studio>=1.23,<2"], check=True)
        done.touch()
    found = shutil.which("label-studio", path=str(place))
    assert found
    return found


@pytest.fixture(scope="module")
def server(program: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("label_studio")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token, password = secrets.token_hex(20), secrets.token_hex(20)
    own = {name: value for name, value in os.environ.items() if not name.startswith(("LABEL_STUDIO_", "DJANGO_"))}
    environment = own | {
        "LABEL_STUDIO_BASE_DATA_DIR": str(folder),
        "LABEL_STUDIO_USERNAME": "proeve@example.org",
        "LABEL_STUDIO_PASSWORD": password,
        "LABEL_STUDIO_USER_TOKEN": token,
        "COLLECT_ANALYTICS": "false",
        "LATEST_VERSION_CHECK": "false",
        "SENTRY_DSN": "",
        "FRONTEND_SENTRY_DSN": "",
    }
    options = ["--no-browser", "--internal-host", "127.0.0.1", "--port", str(port), "--enable-legacy-api-token"]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [program, "start", *options], cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            found = Server(f"http://127.0.0.1:{port}", token)
            until = time.monotonic() + PATIENCE
            while True:
                try:
                    HERE.open(found.url + "/health", timeout=20).close()
                    break
                except (urllib.error.URLError, ConnectionError, TimeoutError):
                    assert process.poll() is None, (folder / "log").read_text()[-2000:]
                    assert time.monotonic() < until, (folder / "log").read_text()[-2000:]
                    time.sleep(1)
            yield found
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _span(part: str) -> tuple[int, int]:
    start = TEXT.index(part)
    return start, start + len(part)


ANSWERS = {
    "skaanehensyn": Answer("2", (_span("Hun har brug for ro,\thun må ikke løfte."),)),
    "klart_jobmaal": Answer("2", (_span("Målet er et job som pedelmedhjælper  på en mindre skole. 𝔸"),), own=True),
    "borgerens_perspektiv": Answer("0"),
    "handicapkompenserende_ordninger": Answer("0"),
    "progression": Answer(
        "i_nogen_grad", (_span('Timetallet forventes øget fra 6 til 10 timer & mere < end før "nu".'),)
    ),
    "arbejdsevne_timer": Answer("ja", (_span("10 timer & mere"), _span("Navn:  Åse Ødegård,  født i Ærøskøbing. 🦺"))),
}
TASK = Task("2021-0147", "indstilling.txt", Kind.INDSTILLING, "2021-03-12", "nord", TEXT, ANSWERS, "model@1")


def test_every_configuration_is_accepted(server: Server) -> None:
    for kind in (kind for kind in Kind if questions(kind)):
        made = server("POST", "/api/projects", {"title": f"docscore {kind}", "label_config": label_studio.config(kind)})
        assert made["id"]


def test_there_and_back(server: Server, tmp_path: Path) -> None:
    formats.write("label-studio", [TASK, replace(TASK, document="b.txt", answers={})], tmp_path / "ud")
    config = (tmp_path / "ud" / "indstilling.xml").read_text("utf-8")
    project = server("POST", "/api/projects", {"title": "proeve", "label_config": config})["id"]
    records = json.loads((tmp_path / "ud" / "indstilling.json").read_text("utf-8"))
    done = server("POST", f"/api/projects/{project}/import", records)
    assert (done["task_count"], done["prediction_count"]) == (2, 1)

    tasks = {task["data"]["document"]: task for task in server("GET", f"/api/projects/{project}/tasks?page_size=10")}
    assert tasks["indstilling.txt"]["data"]["text"] == TEXT
    task = server("GET", f"/api/tasks/{tasks['indstilling.txt']['id']}")
    accepted = task["predictions"][0]["result"]
    # A person accepts the prediction and, as a browser does, sends quotations with folded blanks.
    for one in accepted:
        if one["type"] == "labels":
            one["value"]["text"] = " ".join(one["value"]["text"].split())
    server("POST", f"/api/tasks/{task['id']}/annotations/", {"result": accepted})

    exported = server("GET", f"/api/projects/{project}/export?exportType=JSON&download_all_tasks=true")
    path = tmp_path / "eksport.json"
    path.write_text(json.dumps(exported, ensure_ascii=False), "utf-8")
    problems: list[Problem] = []
    (found,) = formats.read("label-studio", path, "anna", {}, problems)
    assert problems == []
    assert found.answers == ANSWERS
    assert write_labels([found], tmp_path / "korpus").problems == []
    (document,) = load_documents(tmp_path / "korpus")
    assert document.text == TEXT
    assert {head: label.evidence for head, label in document.labels.items()} == {
        head: tuple(sorted(answer.evidence)) for head, answer in ANSWERS.items()
    }
