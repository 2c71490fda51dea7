"""With sockets blocked except loopback, index, ask and chat work; and nothing else is even tried."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

pytestmark = pytest.mark.model

# Loaded by Python at start-up in the child: every name looked up and every address connected to must be loopback.
GUARD = """
import sys

LOOPBACK = ("127.0.0.1", "::1", "localhost", "0.0.0.0", "")


def guard(event, args):
    if event == "socket.getaddrinfo":
        host = args[0]
    elif event in ("socket.connect", "socket.sendto") and isinstance(args[1], tuple):
        host = args[1][0]
    elif event in ("socket.gethostbyname", "socket.gethostbyaddr"):
        host = args[0]
    else:
        return
    host = host.decode() if isinstance(host, bytes) else host
    if host is not None and host not in LOOPBACK:
        sys.stderr.write(f"BLOCKED {event} {host}\\n")
        raise OSError(f"blocked by the test: {event} {host}")


sys.addaudithook(guard)
"""


# Where the tests run in the background, SIGINT is ignored, and a child inherits that.
INTERRUPTIBLE = (
    "import signal, sys; from qa.interfaces.cli.main import main; "
    "signal.signal(signal.SIGINT, signal.default_int_handler)"
)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(GUARD, encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "GRADIO_"))}
    return {**kept, "PYTHONPATH": str(site), "XDG_CACHE_HOME": str(tmp_path / "cache"), "HOME": str(tmp_path)}


def qa(*words: object) -> list[str]:
    return [sys.executable, "-m", "qa.interfaces.cli.main", *map(str, words)]


def test_the_guard_blocks(environment: dict[str, str]) -> None:
    code = "import socket; socket.create_connection(('192.0.2.1', 80), 1)"
    run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert "BLOCKED socket.getaddrinfo 192.0.2.1" in run.stderr
    assert run.returncode == 1


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
