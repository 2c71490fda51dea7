"""Names of Word's XML, and the values of its settings."""

from __future__ import annotations

from typing import Any, TypeAlias

Element: TypeAlias = Any  # lxml.etree._Element

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
RELATIONS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath"
ART = "{urn:schemas-microsoft-com:vml}textpath"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
TEXT_BOX = f"{WORD}txbxContent"

OFF = frozenset({"0", "false", "off"})


def value(parent: Element | None, path: str) -> str | None:
    """Return the value of the element at a path below the parent: "" where it has none, None where it is not there."""
    found = None if parent is None else parent.find("/".join(WORD + name for name in path.split("/")))
    return None if found is None else str(found.get(f"{WORD}val") or "")


def is_on(parent: Element | None, path: str) -> bool | None:
    """Return whether the switch at a path below the parent is on; None where it is not there."""
    said = value(parent, path)
    return None if said is None else said not in OFF
