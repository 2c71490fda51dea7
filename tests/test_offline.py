"""With sockets blocked except loopback, index, ask and chat work; and nothing else is even tried.

The tests themselves run under the same guard: see conftest.py.
"""

from __future__ import annotations

import _socket
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest
from network_guard import guarded

from qa.answering.answerer import Answerer
from qa.answering.feedback import Feedback, FeedbackFile, feedback_place
from qa.answering.setup import Setup
from qa.interfaces.cli.doctor import examine
from qa.types.answers import Answer

pytestmark = pytest.mark.model

# Where the tests run in the background, SIGINT is ignored, and a child inherits that.
INTERRUPTIBLE = (
    "import signal, sys; from qa.interfaces.cli.main import main; "
    "signal.signal(signal.SIGINT, signal.default_int_handler)"
)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    site = guarded(tmp_path)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "GRADIO_"))}
    return {**kept, "PYTHONPATH": str(site), "XDG_CACHE_HOME": str(tmp_path / "cache"), "HOME": str(tmp_path)}


def qa(*words: object) -> list[str]:
    return [sys.executable, "-m", "qa.interfaces.cli.main", *map(str, words)]


def test_the_guard_blocks(environment: dict[str, str]) -> None:
    code = "import socket; socket.create_connection(('192.0.2.1', 80), 1)"
    run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert "BLOCKED socket.getaddrinfo 192.0.2.1" in run.stderr
    assert run.returncode == 1


def test_the_tests_are_guarded(capsys: pytest.CaptureFixture[str]) -> None:
    with closing(_socket.socket(_socket.AF_INET, _socket.SOCK_DGRAM)) as out:  # below what pytest-socket replaces
        for attempt in (
            lambda: _socket.getaddrinfo("example.org", 80),
            lambda: _socket.gethostbyname("example.org"),
            lambda: out.connect(("192.0.2.1", 9)),
            lambda: out.sendto(b"x", ("192.0.2.1", 9)),
        ):
            with pytest.raises(OSError, match="blocked by the test: socket"):
                attempt()
    assert capsys.readouterr().err.count("BLOCKED socket.") == 4


def test_doctor_proves_it_and_finds_a_library_that_looks_up_names(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CACHE", "DATA"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    checks = {check.name: check for check in examine(Setup(folder), 65533)}
    assert checks["network"].detail == "a question was answered: 0 names looked up, 0 connections to other computers"
    assert all(check.good for check in checks.values())

    def curious(self: Answerer, question: str, **_: object) -> Answer:
        _socket.getaddrinfo("localhost", 80)
        return ask(self, question)

    ask = Answerer.ask
    monkeypatch.setattr(Answerer, "ask", curious)
    (FeedbackFile(feedback_place(folder))).add(Feedback("right", "x", "x"))
    feedback_place(folder).chmod(0o644)
    checks = {check.name: check for check in examine(Setup(folder), 65533)}
    assert [name for name, check in checks.items() if not check.good] == ["kept feedback", "network"]
    assert "while a question was answered, the name 'localhost' was looked up." in checks["network"].detail
    assert f"chmod -R go= {feedback_place(folder)}" in checks["kept feedback"].detail


def test_the_doctor_hears_connections_to_other_computers_alone() -> None:
    code = (  # in a child without a guard; a datagram socket that is connected sends nothing
        "import contextlib, socket\n"
        "from qa.interfaces.cli.offline import listening\n"
        "def connect(there):\n"
        "    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:\n"
        "        out.connect((there, 9))\n"
        "with listening() as heard: [connect(there) for there in ('127.0.0.1', '192.0.2.1')]\n"
        "connect('192.0.2.2')\n"
        "print(heard)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.stdout == "['192.0.2.1 was connected to']\n", run.stderr


def test_index_and_ask(environment: dict[str, str], folder: Path, tmp_path: Path) -> None:
    index = subprocess.run(
        qa("index", folder, "--json"), env=environment, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert json.loads(index.stdout)["index"].startswith(str(tmp_path / "cache" / "seeds-qa" / "documents-"))
    ask = subprocess.run(
        qa("ask", "In which month did trains stop?", "--seeds", folder, "--json"),
        env=environment, cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(ask.stdout)["citations"][0]["quote"] == "Trains stopped in August after a bridge fell."
    assert "BLOCKED" not in index.stderr + ask.stderr


def test_chat_starts_prints_its_address_and_stops(environment: dict[str, str], folder: Path, tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = ["chat", "--no-token", "--seeds", str(folder), "--port", str(port)]
    log = tmp_path / "log"
    with log.open("w", encoding="utf-8") as output:
        chat = subprocess.Popen(
            [sys.executable, "-c", f"{INTERRUPTIBLE}; sys.exit(main({words!r}))"],
            env=environment, cwd=tmp_path, stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 120
        while address not in log.read_text(encoding="utf-8") and chat.poll() is None and time.monotonic() < deadline:
            time.sleep(0.2)
        assert f"The chat is at {address} (stop with Ctrl+C)" in log.read_text(encoding="utf-8")
        with urllib.request.urlopen(address, timeout=30) as page:
            assert "default-src 'self'" in page.headers["Content-Security-Policy"]
            assert b"gradio" in page.read()
    finally:
        chat.send_signal(signal.SIGINT)
        try:
            chat.wait(timeout=60)
        finally:
            chat.kill()
    assert "BLOCKED" not in log.read_text(encoding="utf-8")
    assert "Traceback" not in log.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("module", "search"), [("langchain", "invoke"), ("llama_index", "retrieve")], ids=["langchain", "llama-index"]
)
def test_the_retrievers_of_frameworks(
    environment: dict[str, str], folder: Path, tmp_path: Path, module: str, search: str
) -> None:
    quiet = {name: value for name, value in environment.items() if not name.startswith(("LANGSMITH_", "LANGCHAIN_"))}
    code = (
        f"from qa.integrations.{module} import SeedsRetriever\n"
        f"found = SeedsRetriever.open({str(folder)!r}, k=1).{search}('When did trains stop?')\n"
        "print(len(found), 'Trains stopped in August after a bridge fell.' in str(found[0]))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], env=quiet, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (run.stdout, run.returncode) == ("1 True\n", 0), run.stderr
    assert "BLOCKED" not in run.stderr
