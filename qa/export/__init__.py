"""Answers as files that others can read and check: Markdown, HTML, JSON, and lists of the sources."""

from __future__ import annotations

from qa.export.record import ROLES, Conversation, QuotedDocument, Recorded, Role, quote_key, quotes_of
from qa.export.registry import FORMATS, Format, export, format_of, quotes_in
from qa.export.saving import check_place, save, text_in
from qa.types.settings import Settings

__all__ = [
    "FORMATS",
    "ROLES",
    "Conversation",
    "Format",
    "QuotedDocument",
    "Recorded",
    "Role",
    "Settings",
    "check_place",
    "export",
    "format_of",
    "quote_key",
    "quotes_in",
    "quotes_of",
    "save",
    "text_in",
]
