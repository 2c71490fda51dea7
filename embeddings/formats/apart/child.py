"""What runs in the child: it reads files that are sent to it, one after the other, until nobody sends any."""

from __future__ import annotations

import faulthandler
import gc
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, BinaryIO

from embeddings.errors import UnreadableFile
from embeddings.formats.apart.frames import MEMORY, OVER_MEMORY, read_frame, write_frame
from embeddings.formats.containers.walk import Member, walk
from embeddings.formats.ocr import Terms, terms
from embeddings.formats.registry import BY_NAME, parse

_BEYOND = 512 * 1024**2  # bytes above it, the system's own limit: what jumps over the watch stops there
_TIRED = 4  # the part of it at its height, after which a child ends: the next file gets a new one
_LOOK = 0.05  # seconds between two looks at the memory
_LARGEST = 2**30
_GRACE = 5  # seconds after which a child whose parent has gone gives up too


def serve(memory: int = MEMORY) -> None:
    """Answer every frame on the standard input with one on the standard output, within so many bytes of memory."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends its children
    incoming, outgoing = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not come between the frames
    _limit_memory(memory)
    gc.set_threshold(100_000, 20, 20)  # readers make many small objects, in few circles
    write_frame(outgoing, b"ready")
    members: Iterator[Member] = iter(())
    while True:
        try:
            head, data = read_frame(incoming, _LARGEST)
        except EOFError:
            return
        asked = json.loads(head)
        _begin(outgoing, asked)
        if not asked.get("next"):
            members = walk(BY_NAME[asked["open"]], data, asked["wanted"]) if "open" in asked else iter(())
        more = _answer(outgoing, asked, data, members)
        faulthandler.cancel_dump_traceback_later()
        if not more and _peak() > memory // _TIRED:  # what a large file took is not given back while the process lives
            return


def _begin(outgoing: BinaryIO, asked: dict[str, Any]) -> None:
    """Give this file its time, and each page that OCR reads the same anew; who waits is told of the page."""
    seconds = asked["seconds"]

    def count() -> None:
        faulthandler.dump_traceback_later(seconds + _GRACE, exit=True, file=sys.stderr)

    def tell(page: int, pages: int) -> None:
        count()
        write_frame(outgoing, json.dumps({"page": page, "pages": pages}).encode())

    count()
    terms.set(Terms(seconds, Path(asked["kept"]) if asked.get("kept") else None, tell))


def _answer(outgoing: BinaryIO, asked: dict[str, Any], data: bytes, members: Iterator[Member]) -> bool:
    """Answer one frame. Return whether more of the same file will be asked for."""
    found, more = b"", False
    try:
        if page := asked.get("page"):
            said, found = _drawn(page, data)
        elif reader := asked.get("reader"):
            said = {"parsed": asdict(parse(BY_NAME[reader], data))}
        elif member := next(members, None):
            said, found, more = {"member": asdict(replace(member, data=b""))}, member.data, True
            del said["member"]["data"]
        else:
            said = {}
    except UnreadableFile as error:
        said = {"unreadable": str(error)}
    except MemoryError:
        os._exit(OVER_MEMORY)
    except Exception as error:  # noqa: BLE001 - whatever a library raises, one file is left out for it
        said = {"unreadable": f"its reader failed ({type(error).__name__})"}
    try:
        answer = json.dumps(said, ensure_ascii=False).encode("utf-8", "replace")
    except MemoryError:
        os._exit(OVER_MEMORY)
    write_frame(outgoing, answer, found)
    return more


def _drawn(page: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    from embeddings.formats.pdf.page_image import PageText, draw  # not where only texts are read

    image = draw(data, PageText(**page))
    return {"drawn": {"width": image.width, "height": image.height, "marks": image.marks}}, image.png


def _limit_memory(memory: int) -> None:
    """Limit the memory where the system has limits; Windows has none that a process sets for itself."""
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError, ValueError):  # on macOS, where the watch stands alone
        resource.setrlimit(resource.RLIMIT_AS, (memory + _BEYOND, memory + _BEYOND))

    parent = os.getppid()

    def watch() -> None:
        while _peak() < memory:
            time.sleep(_LOOK)
            if os.getppid() != parent:  # nobody waits for what is read
                os._exit(0)
        os._exit(OVER_MEMORY)

    threading.Thread(target=watch, daemon=True).start()


def _peak() -> int:
    """Return the most bytes that the process had in memory; 0 where the system does not tell.

    Linux hands `ru_maxrss` on to a child, which would begin with what its parent has; VmHWM begins anew.
    """
    with suppress(OSError), Path("/proc/self/status").open("rb") as status:
        for line in status:
            if line.startswith(b"VmHWM:"):
                return int(line.split()[1]) * 1024
    if sys.platform == "win32":
        return 0
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
