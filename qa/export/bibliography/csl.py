"""The quoted documents as CSL-JSON, which Zotero and pandoc read."""

from __future__ import annotations

import json
import re
from typing import Any

from qa.export.bibliography.bibtex import date_parts, web_address
from qa.export.control_characters import plain
from qa.export.record import Conversation, QuotedDocument

_KEY = re.compile("d-[0-9a-f]{12}")


def write(conversation: Conversation) -> str:
    """Write a list with one item for each source; an author is one literal name, as the document writes it."""
    return json.dumps([_item(source) for source in conversation.sources], ensure_ascii=False, indent=2) + "\n"


def is_csl(text: str) -> bool:
    """Return whether this program wrote the text: a list of items that have its keys."""
    if text.lstrip()[:1] != "[":
        return False
    try:
        items = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(items, list) and all(
        isinstance(item, dict) and _KEY.fullmatch(str(item.get("id"))) for item in items
    )


def _item(source: QuotedDocument) -> dict[str, Any]:
    said, address = source.metadata, web_address(source.metadata.url)
    item: dict[str, Any] = {
        "id": source.key,
        "type": "webpage" if address else "document",
        "title": plain(source.title),
    }
    if said.author:
        item["author"] = [{"literal": plain(said.author)}]
    if said.outlet:
        item["container-title" if address else "publisher"] = plain(said.outlet)
    if said.date:
        date = date_parts(said.date)
        item["issued"] = {"date-parts": [list(date)]} if date else {"literal": plain(said.date)}
    if address:
        item["URL"] = address
    note = [f"File {source.path}", f"SHA-256 {source.sha256}"]
    if said.url and not address:
        note.append(f"address {said.url}")
    item["note"] = plain(", ".join(note))
    return item
