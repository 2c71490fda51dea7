"""How answers and hits are printed: words of documents can neither steer a terminal nor pass for the program's own."""

from __future__ import annotations

import re
from typing import Any

from qa.retrieval.explanation import Lead, best_sentence, in_words
from qa.types.answers import Answer
from qa.types.hits import Hit
from qa.types.phrasing import agreeing, also_in, also_named, differing, headline, related_heading, spelled
from qa.types.quotes import Citation, Quote
from qa.types.serialize import STEERING, as_json

_ITEM = "\n  "
_LINE_END = re.compile("[\n\u2028\u2029]")
BEGINNING = 160
"""Characters of a related passage that are printed."""


def print_answer(answer: Answer, *, full: bool = False) -> None:
    """Print an answer with its citations, or that there is none; first the question asked where it is another one.

    Related passages are cut after `BEGINNING` characters unless ``full``; the line with their place says so.
    """
    _print_asked(answer)
    if answer.citations and headline(answer):
        say(f"{headline(answer)}\n")
    for citation in answer.citations:
        say(f"“{_quoted(citation.quote)}” [{citation.number}]\n")
    if answer.confidence is not None:
        say(f"{answer.confidence}\n")
    _print_compared(answer)
    for citation in answer.citations:
        _print_citation(citation)
    if not answer.citations:
        say(f"{headline(answer)} {_quoted(answer.reason)}".lstrip())
    if answer.related:
        say(f"\n{related_heading(answer)}:")
        cut = [_print_related(quote, full=full) for quote in answer.related]
        if any(cut):
            say("  (--full shows them whole)")
    if answer.citations:
        say(f"\n{answer.reason}")


def _print_asked(answer: Answer) -> None:
    """Print which question was asked, where it is another one, and another spelling of its names."""
    if answer.is_asked_otherwise:
        say(f"Asked: {line(answer.asked)}\n")
    if answer.spelling is not None:
        say(f"{line(spelled(answer.spelling))}\n")


def _print_citation(citation: Citation) -> None:
    """Print where a quote stands, what stands around it, and how it answers."""
    say(line(citation))
    if citation.source.paragraph.text != citation.quote:
        say(f"    {_quoted(citation.source.paragraph.text)}")
    if citation.exact:
        say(f"    (the likeliest words: “{' '.join(citation.exact.split())}”)")
    if citation.probability is not None:
        say(f"    (probability that this answers: {citation.probability:.2f})")
    if citation.also:
        say(_also(citation))


def _print_compared(answer: Answer) -> None:
    """Print which citations agree, and which differ."""
    for agreement in answer.agreements:
        say(f"{line(''.join(piece for piece, _ in agreeing(agreement)))}\n")
    for difference in answer.differences:
        say(f"{line(''.join(piece for piece, _ in differing(difference)))}\n")


def print_hit(hit: Hit) -> None:
    """Print a passage found."""
    say(f"{line(hit.citation)}  score {hit.score:.3f}")
    say(f"    {_quoted(hit.citation.quote)}")
    if hit.also:
        say(_also(hit.citation))


def print_explanation(hit: Hit, lead: Lead | None) -> None:
    """Print why a hit stands where it stands.

    Lines are indented by two: words of documents by four, so that none can be taken for a line of these.
    """
    say("  part        rank   score  weight  points")
    for part in hit.trace.parts:
        points = f"{part.points:6.3f}".replace("-", "−")
        say(f"  {part.name:10} {part.rank:5} {part.score:7.3f} {part.weight:7.2f}  {points}")
    say(f"  words found: {', '.join(hit.trace.matched) or 'none'}")
    if hit.trace.missing:
        say(f"  words missing: {', '.join(hit.trace.missing)}")
    best = best_sentence(hit)
    if best is not None:
        which = "all of it" if len(hit.trace.sentences) == 1 else f"“{' '.join(best.sentence.text.split())}”"
        say(f"  best sentence: {which} (similarity {best.similarity:.3f}, coverage {best.coverage:.3f})")
    if lead is not None:
        say(f"  {in_words(lead)}")


def for_terminal(text: str) -> str:
    """Return the text with control and direction characters visible, so that it cannot steer a terminal.

    Characters that only join letters, as in Persian words and in emoji, stay.
    """
    return STEERING.sub(lambda match: f"<U+{ord(match[0]):04X}>", text)


def say(text: str) -> None:
    """Print text with what could steer a terminal made visible."""
    print(for_terminal(text))


def print_json(value: dict[str, Any]) -> None:
    """Print one JSON object."""
    print(as_json(value))


def message(error: BaseException) -> str:
    """Return an error's message for a terminal: on one line, but for the list of names that it may have below it."""
    return _ITEM.join(map(line, for_terminal(str(error)).split(_ITEM)))


def line(value: object) -> str:
    """Return a name on one line, its line ends made visible."""
    return _LINE_END.sub(lambda match: f"<U+{ord(match[0]):04X}>", str(value))


def _quoted(text: str, indent: str = "    ") -> str:
    """Return a document's words, every line indented, so that none can be taken for the program's own."""
    return text.replace("\n", f"\n{indent}")


def _also(citation: Citation) -> str:
    """Return an indented line that says where else the same is said."""
    return f"    ({also_in(citation)}: {line(', '.join(also_named(citation)))})"


def _print_related(quote: Quote, *, full: bool) -> bool:
    """Print a passage below its place, on one line unless ``full``. Return whether it was cut."""
    text = " ".join(quote.quote.split())
    if full or len(text) <= BEGINNING:
        say(f"  {line(quote)}\n    {_quoted(quote.quote) if full else text}")
        return False
    shown = text[:BEGINNING].rsplit(" ", 1)[0]
    say(f"  {line(quote)}, the first {len(shown):,} of {len(text):,} characters\n    {shown} …")
    return True
