"""Markdown: front matter, and the headings at top level."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

from embeddings.errors import UnreadableFile
from embeddings.formats.base import Parsed
from embeddings.formats.decode import decode, normalise
from embeddings.formats.metadata import from_fields
from embeddings.types import Heading, Metadata

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_FRONT_MATTER = re.compile(r"---[ \t]*\n(?P<yaml>(?:[^\n]*\n)*?)(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
_FRONT_MATTER_LENGTH = 64 * 1024
_MAX_LINES = 200_000  # at worst about four seconds of parsing
_INLINE_LENGTH = 500  # a heading longer than this keeps its markup


def read(data: bytes) -> Parsed:
    """Return the whole text with its top-level headings; the front matter as title and metadata.

    The front matter stays in the text, so that offsets are the file's own: it counts as a heading of level 1, whose
    text is the title. Front matter that cannot be read is text like any other, and a note says why.
    """
    decoded, remarks = decode(data)
    text, notes = normalise(decoded), [*remarks]
    title, metadata = None, Metadata()
    front = _FRONT_MATTER.match(text, 0, _FRONT_MATTER_LENGTH) if text.startswith("---") else None
    if front:
        try:
            title, metadata = from_fields(_fields(front["yaml"]))
        except UnreadableFile as error:
            notes.append(f"{error}; it is read as text")
            front = None
    elif _FRONT_MATTER.match(text):
        notes.append("the front matter is longer than 64 KB; it is read as text")
    body = front.end() if front else 0
    headings: tuple[Heading, ...] = ()
    if text.count("\n") > _MAX_LINES:
        notes.append(f"more than {_MAX_LINES:,} lines: its headings are not read; split it")
    else:
        headings = tuple(
            replace(heading, start=heading.start + body, end=heading.end + body) for heading in _headings(text[body:])
        )
    first = next((heading.text for heading in headings if heading.level == 1), None)
    if front:
        headings = (Heading(0, len(front[0].rstrip()), 1, title or ""), *headings)
    return Parsed(text, title or first, metadata, headings, notes=tuple(notes))


def _fields(block: str) -> dict[str, str | tuple[str, ...]]:
    """Return the scalars, and lists of scalars, of a YAML mapping. Raises UnreadableFile.

    Only the node tree is built: values stay as written, aliases are not expanded, and no tag makes an object.
    """
    import yaml

    try:
        root = yaml.compose(block, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        where = f" in line {error.problem_mark.line + 2}" if error.problem_mark else ""
        raise UnreadableFile(f"the front matter is not valid YAML{where}") from error
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:
        raise UnreadableFile("the front matter is not valid YAML") from error
    if root is None:
        return {}
    if not isinstance(root, yaml.MappingNode):
        raise UnreadableFile("the front matter is no list of names and values")
    fields: dict[str, str | tuple[str, ...]] = {}
    for key, value in root.value:
        if not isinstance(key, yaml.ScalarNode):
            continue
        if isinstance(value, yaml.ScalarNode):
            fields.setdefault(key.value.casefold(), _scalar(value))
        elif isinstance(value, yaml.SequenceNode):
            items = tuple(_scalar(item) for item in value.value if isinstance(item, yaml.ScalarNode))
            fields.setdefault(key.value.casefold(), items)
    return fields


def _scalar(node: Any) -> str:
    return "" if node.tag == "tag:yaml.org,2002:null" else str(node.value)


@cache
def _parser(*, blocks: bool) -> MarkdownIt:
    """Return a CommonMark parser for blocks, or for one heading's inline markup; the whole text's is never needed."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark")
    if blocks:
        parser.core.ruler.disable(["inline", "text_join"])
    return parser


def _headings(text: str) -> tuple[Heading, ...]:
    environment: dict[str, Any] = {}
    tokens = _parser(blocks=True).parse(text, environment)
    starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
    headings = []
    for opening, inline in pairwise(tokens):
        if opening.type != "heading_open" or opening.level or not opening.map:
            continue
        first, last = opening.map
        plain = _plain(inline.content, environment)
        if plain:
            headings.append(Heading(starts[first], starts[last] - 1, int(opening.tag[1:]), plain))
    return tuple(headings)


def _plain(content: str, environment: dict[str, Any]) -> str:
    if len(content) > _INLINE_LENGTH:
        return " ".join(content.split())
    (token,) = _parser(blocks=False).parseInline(content, environment)
    parts = [
        " " if child.type in {"softbreak", "hardbreak"} else child.content
        for child in token.children or ()
        if child.type != "html_inline"
    ]
    return " ".join("".join(parts).split())
