"""What a page's own style sheets and attributes say of an element: a small part of CSS, weighed as a browser does.

Selectors of tags, classes and ids below one another are read, with the widths of a screen that are not known and the
states that a script or a pointer makes kept apart: these may apply.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

Element: TypeAlias = Any  # lxml.html.HtmlElement
Declared: TypeAlias = dict[str, str]

_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.DOTALL)
_STEPS = re.compile(r"\s*(>)\s*|\s+")
_COMPOUND = re.compile(r"([\w-]+|\*)?((?:[.#][\w-]+)*)")
_NAME = re.compile(r"[.#][\w-]+")
_PSEUDO = re.compile(r"::?[\w-]+(?:\([^()]*\))?|\[[^\]]*\]")
_COUNTED = re.compile(r"\.(lst-[\w-]+)\s*>\s*li:before\s*\{\s*content:[^{}]*?counter\([\w-]+,\s*([\w-]+)\)")
_CERTAIN = re.compile(r"@(?:layer|supports|scope)\b.*|@media\s+(?:only\s+)?(?:screen|all)\s*")
_NEVER = re.compile(r"@(?:media\b.*\b(?:print|speech)\b|[\w-]*keyframes|font-face|page|property|counter).*")
_MOST_RULES = 20_000
_INLINE = (1, 0, 0, 0)

Weight: TypeAlias = tuple[bool, tuple[int, int, int, int], int]


@dataclass(frozen=True, slots=True)
class _Rule:
    steps: tuple[tuple[str, frozenset[str]], ...]  # the tag and the names of each compound, the element's own last
    direct: tuple[bool, ...]  # whether each compound is the parent of the next
    weight: tuple[int, int, int, int]
    place: int
    declared: str


class Styles:
    """The rules of a page's own style sheets, and before them of those kept beside it."""

    def __init__(self, tree: Element, beside: str = "") -> None:
        self._rules: defaultdict[str, list[_Rule]] = defaultdict(list)  # by a name of the element, or its tag
        self._perhaps: defaultdict[str, list[str]] = defaultdict(list)
        self.linked = not beside and next(tree.iterfind(".//link[@rel='stylesheet']"), None) is not None
        sheets = [style.text or "" for style in tree.iter("style") if "print" not in (style.get("media") or "").casefold()]
        sheet = _COMMENT.sub("", "\n".join([beside, *sheets]))
        self.counted = {f".{name.casefold()}": kind for name, kind in _COUNTED.findall(sheet)}
        for place, (selector, declared, certain) in enumerate(_rules(sheet.casefold())):
            if place >= _MOST_RULES:
                break
            rule = _rule(selector, declared, place) if certain else None
            if rule is not None:
                tag, names = rule.steps[-1]
                self._rules[min(names, default=tag)].append(rule)
            if rule is None or len(rule.steps) > 1 or len(rule.steps[0][1]) > 1:  # a script may make it fit
                for name in _NAME.findall(_STEPS.split(_PSEUDO.sub("", selector))[-1] or ""):
                    self._perhaps[name].append(declared)

    def of(self, element: Element) -> Declared:
        """Return what is declared for an element, by property; what it takes from its parent is not among it."""
        found: dict[str, tuple[Weight, str]] = {}
        names = names_of(element)
        for key in (*names, element.tag, "*"):
            for rule in self._rules.get(key, ()):
                if _matches(rule, element, names):
                    _add(found, rule.declared, rule.weight, rule.place)
        _add(found, (element.get("style") or "").casefold(), _INLINE, 0)
        return {name: value for name, (_, value) in found.items()}

    def perhaps(self, element: Element) -> Iterator[Declared]:
        """Yield what may be declared for an element: by a state, or on a screen of another width."""
        for name in names_of(element):
            for declared in self._perhaps.get(name, ()):
                yield {key: value for key, value, _ in _declarations(declared)}


def names_of(element: Element) -> frozenset[str]:
    """Return the classes and the id of an element, as selectors write them."""
    named = {f".{name}" for name in (element.get("class") or "").casefold().split()}
    return frozenset(named | {f"#{element.get('id').casefold()}"} if element.get("id") else named)


def _rules(sheet: str) -> Iterator[tuple[str, str, bool]]:
    """Yield each selector of a sheet with its declarations, and whether they hold for certain."""
    heads: list[str] = []
    at = 0
    for brace in re.finditer(r"[{}]", sheet):
        between = sheet[at : brace.start()]
        at = brace.end()
        if brace[0] == "{":
            heads.append(between.rpartition(";")[2].strip())
        elif heads:
            head = heads.pop()
            if head.startswith("@") or any(_NEVER.fullmatch(outer) or outer[:1] != "@" for outer in heads):
                continue
            certain = all(_CERTAIN.fullmatch(outer) for outer in heads)
            for selector in head.split(","):
                yield selector.strip(), between, certain


def _rule(selector: str, declared: str, place: int) -> _Rule | None:
    """Return a selector's rule; None for one that is not read."""
    parts = _STEPS.split(selector)
    compounds = [_COMPOUND.fullmatch(part or "") for part in parts[::2]]
    if not selector or not all(compounds):
        return None
    steps = tuple((found[1] or "*", frozenset(_NAME.findall(found[2]))) for found in compounds if found)
    names = [name for _, own in steps for name in own]
    ids = sum(name.startswith("#") for name in names)
    weight = (0, ids, len(names) - ids, sum(tag != "*" for tag, _ in steps))
    return _Rule(steps, tuple(step == ">" for step in parts[1::2]), weight, place, declared)


def _matches(rule: _Rule, element: Element, names: frozenset[str]) -> bool:
    if not _fits(rule.steps[-1], element, names):
        return False
    at: Element | None = element
    for step, direct in zip(reversed(rule.steps[:-1]), reversed(rule.direct), strict=True):
        at = at.getparent()
        while at is not None and not _fits(step, at, names_of(at)):
            at = None if direct else at.getparent()
        if at is None:
            return False
    return True


def _fits(step: tuple[str, frozenset[str]], element: Element, names: frozenset[str]) -> bool:
    tag, wanted = step
    return tag in ("*", element.tag) and wanted <= names


def _declarations(text: str) -> Iterator[tuple[str, str, bool]]:
    for declaration in text.split(";"):
        name, colon, value = declaration.partition(":")
        if colon:
            said, important, _ = value.partition("!")
            yield name.strip(), said.strip(), bool(important)


def _add(found: dict[str, tuple[Weight, str]], text: str, weight: tuple[int, int, int, int], place: int) -> None:
    for name, value, important in _declarations(text):
        own = (important, weight, place)
        if name not in found or own >= found[name][0]:
            found[name] = own, value
