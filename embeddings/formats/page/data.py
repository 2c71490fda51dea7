"""What a web page holds for machines: the day on which it was published, and sometimes its whole text."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

DATES: dict[str, Any] = {  # no guesses, and nothing that depends on today
    "original_date": True,
    "extensive_search": False,
    "max_date": "2100-01-01",
}
_PUBLISHED = ("datePublished", "dateCreated")
_BREAK = re.compile(r"(?i)<(?:br|/p)\s*/?>|\r\n?")
_TAG = re.compile(r"<[a-zA-Z/][^<>]{0,500}>")


def declared_date(tree: Any) -> str | None:
    """Return the day that a page declares for itself: in its head, in its data, in a time marked as its publication.

    A day in its text, or in what stands around it, is never taken.
    """
    from htmldate import find_date
    from lxml.html import Element

    page, head = Element("html"), Element("head")
    page.append(head)
    for found in [*tree.iter("meta", "link", "title"), *_data_scripts(tree)]:
        head.append(deepcopy(found))
        head[-1].tail = None
    for time in tree.iter("time"):
        if time.get("itemprop") in _PUBLISHED or time.get("pubdate") is not None:
            head.append(Element("meta", property="article:published_time", content=time.get("datetime") or ""))
    page.append(Element("body"))
    return find_date(page, **DATES)


def article_body(tree: Any) -> str:
    """Return the longest text that the page's own data give as that of the article; empty where there is none."""
    texts = (text for script in _data_scripts(tree) for text in _texts(_parsed(script.text or "")))
    return max(map(_plain, texts), key=len, default="")


def _data_scripts(tree: Any) -> Iterator[Any]:
    return (script for script in tree.iter("script") if "ld+json" in (script.get("type") or "").casefold())


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):  # no data then
        return None


def _texts(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            body = item.get("articleBody")
            if isinstance(body, str):
                yield body
            waiting += [item[name] for name in ("@graph", "mainEntity") if name in item]  # not what it only names
        elif isinstance(item, list):
            waiting += item


def _plain(text: str) -> str:
    """Return a text without the markup that some pages leave in it."""
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", text))).strip()
