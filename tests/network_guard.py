"""Refuses every name that is looked up, and every address that is sent to, but this computer's own.

The tests run under it (conftest.py); a child process does where this file is its ``sitecustomize`` (`guarded`).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

LOOPBACK = ("127.0.0.1", "::1", "localhost", "0.0.0.0", "", None)
LOOK_UPS = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")
SENDS = ("socket.connect", "socket.sendto", "socket.sendmsg")


def guard(event: str, args: tuple[Any, ...]) -> None:
    """Raise OSError before the network is asked, and say so on stderr, as a library may hide the error."""
    if event in LOOK_UPS:
        host = args[0]
    elif event in SENDS and isinstance(args[1], tuple):
        host = args[1][0]
    else:
        return
    host = host.decode() if isinstance(host, bytes) else host
    if host not in LOOPBACK:
        sys.stderr.write(f"BLOCKED {event} {host}\n")
        raise OSError(f"blocked by the test: {event} {host}")


def guarded(place: Path) -> Path:
    """Return a folder that guards every Python that has it in PYTHONPATH."""
    (place / "site").mkdir()
    (place / "site" / "sitecustomize.py").write_text(Path(__file__).read_text(encoding="utf-8"), encoding="utf-8")
    return place / "site"


sys.addaudithook(guard)
