"""What a visitor says of an answer, and the file that is made of a conversation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from embeddings.errors import FeedbackError, QAError
from qa.answering.feedback import KINDS, Feedback, FeedbackFile, FeedbackKind, feedback_place
from qa.answering.sources import answer_now
from qa.export import FORMATS, Conversation, export
from qa.interfaces.chat.links import LinkTarget, quote_at
from qa.interfaces.chat.turns import Note, Said, Turn, whole
from qa.interfaces.rest.error_kinds import public_message
from qa.library.library import Library
from qa.types.answers import Answer
from qa.types.quotes import Quote

IN_WORDS: dict[FeedbackKind, str] = {
    "right": "this is right",
    "wrong_passage": "wrong passage",
    "does_not_answer": "does not answer",
    "answer_is_elsewhere": "the answer is elsewhere",
}

_NOT_KEPT = "this could not be kept; the terminal of the server says why."


@dataclass(frozen=True, slots=True)
class File:
    """A file for the visitor to keep, or why there is none; ``serial`` tells it from an equal one before it."""

    name: str = ""
    text: str = ""
    problem: str = ""
    serial: str = ""


def noted(library: Library, turn: Turn, said: Said) -> Note:
    """Keep what is said of an answer in the feedback file, and return what was kept, or why it could not be."""
    kind, answer = said.get("kind"), turn.answer
    if kind not in KINDS or answer is None:
        return Note("that answer is no longer here", kept=False)
    kind = cast("FeedbackKind", kind)
    about, elsewhere = _about(answer, said), _elsewhere(library, said)
    if said.get("document") and elsewhere is None:
        return Note("the document is another one now; open it again and press the paragraph", kept=False)
    made = library.answerer.retriever.index.manifest.made
    number = whole(said.get("number")) or 0 if kind == "wrong_passage" and about is not None else 0
    try:
        feedback = Feedback.of(answer, kind, model=made.model, quote=about, elsewhere=elsewhere)
        FeedbackFile(feedback_place(library.seeds)).add(feedback)
    except FeedbackError as error:
        return Note(public_message(error, _NOT_KEPT), number, kept=False)
    except ValueError as error:
        return Note(str(error), number, kept=False)
    which = f" [{number}]" if number else ""
    there = f": {elsewhere.place}" if elsewhere is not None else ""
    return Note(f"{IN_WORDS[kind]}{which}{there}", number)


def file_of(library: Library, answers: Sequence[Answer], wanted: str) -> File:
    """Return the conversation as a file in one of the formats of exports, its quotes checked once more."""
    now = datetime.now(UTC)
    if not answers:
        return File(problem="There is nothing to export yet: ask a question first.", serial=now.isoformat())
    try:
        answerer = library.answerer
        today = [answer_now(answer, answerer.sources) for answer in answers]
        conversation = Conversation.of(answerer, today, made=now.isoformat(timespec="seconds"))
        text = export(conversation, wanted)
    except QAError as error:
        return File(problem=public_message(error), serial=now.isoformat())
    suffix = next(known.suffix for known in FORMATS if known.name == wanted)
    name = f"{answerer.retriever.seeds.name or 'documents'}-{now:%Y-%m-%d-%H%M%S}{suffix}"
    return File(name, text, serial=now.isoformat())


def _about(answer: Answer, said: Said) -> Quote | None:
    number = whole(said.get("number"))
    return answer.citations[number - 1].source if number and number <= len(answer.citations) else None


def _elsewhere(library: Library, said: Said) -> Quote | None:
    """Return the paragraph that was pointed at, if it is still there; ``sha256`` names the version that was shown."""
    start, end = whole(said.get("start")), whole(said.get("end"))
    corpus = library.answerer.retriever.index.corpus
    document = corpus.document(str(said.get("document", "")))
    if document is None or start is None or end is None or start >= end:
        return None
    if said.get("sha256", document.sha256) != document.sha256:
        return None
    return quote_at(corpus, LinkTarget(document.source, start, end))
