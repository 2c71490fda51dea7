"""What a page's own style sheets and attributes say of an element: a small part of CSS, weighed as a browser does.

Selectors of tags, classes and ids below one another are read, with the widths of a screen that are not known and the
states that a script or a pointer makes kept apart: these may apply.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
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
_CERTAIN = re.compile(
    r"@(?:layer|supports|scope)\b.*"
    r"|@media\s+(?:(?:only\s+)?(?:screen|all)(?:\s*,\s*print)?|print\s*,\s*screen|not\s+(?:all\s+and\s+)?print)\s*"
)
_NEVER = re.compile(
    r"@(?:media\s+(?:only\s+)?(?:print|speech)[^,]*|[\w-]*keyframes.*|(?:font-face|page|property|counter).*)"
)
_LOOKED_AT = re.compile(
    r"display|visibility|opacity|font-size|color|background.*|position|left|top|right|bottom|clip.*|width|height"
    r"|text-(?:indent|decoration.*|shadow)|.*text-stroke|vertical-align|list-style.*"
)
_MOST_RULES = 20_000
_INLINE = (1, 0, 0, 0)

Weight: TypeAlias = tuple[bool, tuple[int, int, int, int], int]
Declarations: TypeAlias = Sequence[tuple[str, str, bool]]


@dataclass(frozen=True, slots=True)
class _Rule:
    steps: tuple[tuple[str, frozenset[str]], ...]  # the tag and the names of each compound, the element's own last
    direct: tuple[bool, ...]  # whether each compound is the parent of the next
    above: frozenset[str]  # tags and names that must be above the element
    weight: tuple[int, int, int, int]
    place: int
    declared: Declarations


class Styles:
    """The rules of a page's own style sheets, and before them of those kept beside it."""

    def __init__(self, tree: Element, beside: str = "") -> None:
        self._rules: defaultdict[str, list[_Rule]] = defaultdict(list)  # by a name of the element, or its tag
        self._above: dict[Element, frozenset[str]] = {}
        self._shown: set[str] = set()
        self.linked = not beside and next(tree.iterfind(".//link[@rel='stylesheet']"), None) is not None
        sheets = [
            style.text or "" for style in tree.iter("style") if "print" not in (style.get("media") or "").casefold()
        ]
        sheet = _COMMENT.sub("", "\n".join([beside, *sheets]))
        self.counted = {f".{name.casefold()}": kind for name, kind in _COUNTED.findall(sheet)}
        for place, (selector, declared, certain) in enumerate(_rules(sheet.casefold())):
            if place >= _MOST_RULES:
                break
            rule = _rule(selector, declared, place) if certain and declared else None
            if rule is not None:
                tag, names = rule.steps[-1]
                self._rules[min(names, default=tag)].append(rule)
            if _shows(declared) and (rule is None or len(rule.steps) > 1 or len(rule.steps[0][1]) > 1):
                self._shown.update(_NAME.findall(_STEPS.split(_PSEUDO.sub("", selector))[-1] or ""))

    def of(self, element: Element) -> Declared:
        """Return what is declared for an element, by property; what it takes from its parent is not among it."""
        found: dict[str, tuple[Weight, str]] = {}
        names = names_of(element)
        above = self._names_above(element)
        for key in (*names, element.tag, "*"):
            for rule in self._rules.get(key, ()):
                if rule.above <= above and _matches(rule, element, names):
                    _add(found, rule.declared, rule.weight, rule.place)
        _add(found, _declarations((element.get("style") or "").casefold()), _INLINE, 0)
        return {name: value for name, (_, value) in found.items()}

    def may_show(self, element: Element) -> bool:
        """Return whether an element that is hidden may be shown: in a state, or on a screen of another width."""
        return not self._shown.isdisjoint(names_of(element))

    def _names_above(self, element: Element) -> frozenset[str]:
        parent = element.getparent()
        if parent is None:
            return frozenset()
        if parent not in self._above:
            self._above[parent] = self._names_above(parent) | names_of(parent) | {parent.tag}
        return self._above[parent]


def names_of(element: Element) -> frozenset[str]:
    """Return the classes and the id of an element, as selectors write them."""
    named = {f".{name}" for name in (element.get("class") or "").casefold().split()}
    return frozenset(named | {f"#{element.get('id').casefold()}"} if element.get("id") else named)


def _shows(declared: Declarations) -> bool:
    said = {name: value for name, value, _ in declared}
    return said.get("display", "none") != "none" or said.get("visibility") == "visible"


def _rules(sheet: str) -> Iterator[tuple[str, Declarations, bool]]:
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
            declared = [found for found in _declarations(between) if _LOOKED_AT.fullmatch(found[0])]
            for selector in head.split(","):
                yield selector.strip(), declared, certain


def _rule(selector: str, declared: Declarations, place: int) -> _Rule | None:
    """Return a selector's rule; None for one that is not read."""
    parts = _STEPS.split(selector)
    compounds = [_COMPOUND.fullmatch(part or "") for part in parts[::2]]
    if not selector or not all(compounds):
        return None
    steps = tuple((found[1] or "*", frozenset(_NAME.findall(found[2]))) for found in compounds if found)
    names = [name for _, own in steps for name in own]
    ids = sum(name.startswith("#") for name in names)
    weight = (0, ids, len(names) - ids, sum(tag != "*" for tag, _ in steps))
    above = frozenset(name for tag, own in steps[:-1] for name in {tag, *own} - {"*"})
    return _Rule(steps, tuple(step == ">" for step in parts[1::2]), above, weight, place, declared)


def _matches(rule: _Rule, element: Element, names: frozenset[str]) -> bool:
    if not _fits(rule.steps[-1], element, names):
        return False
    at = element
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


def _add(
    found: dict[str, tuple[Weight, str]],
    declared: Iterable[tuple[str, str, bool]],
    weight: tuple[int, int, int, int],
    place: int,
) -> None:
    for name, value, important in declared:
        own = (important, weight, place)
        if name not in found or own >= found[name][0]:
            found[name] = own, value
