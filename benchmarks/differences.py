"""The number of differences and agreements that are claimed, each to be read and judged.

    QA_DATA=folder python -m benchmarks.differences [--show] [--similarity]

The reader that comes with the program answers, or with ``--similarity`` the one that marks the nearest sentence. Only
questions that ask for a number, a date or a name are asked: nothing else is compared.

Data: ``squad20-a`` (Wikipedia: passages of one article seldom contradict each other, so nearly every difference that is
claimed there is false), ``muc34`` cut to 3,000 passages (news reports, several of one event), and over the same
reports questions for numbers and dates made from its questions: "Who was kidnapped in Cali?" is asked as "How many
people were kidnapped in Cali?" too. How many true differences are seen is measured where they are planted: the passage
that answers a question of ``squad20-a`` with a number or a year is given a second time with another one, and the
difference must be of these two.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.beir import data_folder
from benchmarks.shared import SharedEncoder, default_cache
from benchmarks.tasks import Task, open_task
from embeddings.encoding.encoder import open_encoder
from embeddings.index.rows import Row, index_rows
from qa.answering.agreement.compare import compare_citations, marks_that_differ
from qa.answering.answerer import HITS
from qa.evaluation.beir import read_beir
from qa.evaluation.types import Question
from qa.language.answer_type import expected_answer
from qa.reading.choice import ReaderChoice, reader_for
from qa.reading.types import Mark, Reader
from qa.retrieval.retriever import Retriever
from qa.types.comparison import Agreement, Difference
from qa.types.quotes import Citation, Quote

SETS = ("squad20-a", "mtrag-un-dev", "muc34")
EVENTS = (
    "How many Jesuits were murdered in El Salvador?",
    "How many Jesuit priests were killed?",
    "When were the Jesuits murdered?",
    "When was Hector Oqueli murdered?",
    "When was Hector Oqueli kidnapped?",
    "When was Luis Carlos Galan assassinated?",
    "When was Luis Carlos Galan murdered?",
    "When was Bernardo Jaramillo murdered?",
    "When was Bernardo Jaramillo assassinated?",
    "When was Carlos Pizarro assassinated?",
    "When was Carlos Pizarro killed?",
    "When was Archbishop Romero murdered?",
    "When was Archbishop Romero assassinated?",
    "When was Roberto Garcia Alvarado killed?",
    "When was Jose Antonio Rodriguez Porth murdered?",
    "When was Herbert Anaya Sanabria murdered?",
    "When was Jaime Pardo Leal murdered?",
    "When was Rodrigo Lara Bonilla murdered?",
    "When was Guillermo Cano murdered?",
    "When was Enrique Lopez Albujar killed?",
    "How many people were killed in the attack on the DAS building?",
    "How many people died in the explosion of the Avianca plane?",
    "How many people died in the attack on FENASTRAS?",
    "How many people were killed in the attack on the headquarters of FENASTRAS?",
    "How many people were injured in the bomb attack on El Espectador?",
    "How many people have been killed in the war in El Salvador?",
    "How many people have died in the civil war in El Salvador?",
    "How many soldiers were killed in the attack on the barracks in San Salvador?",
    "How many policemen were killed in Medellin?",
    "How many judges were murdered in Colombia?",
    "How many members of the Patriotic Union have been murdered?",
    "How many U.S. soldiers died in Panama?",
    "How many people died in the invasion of Panama?",
    "How many kidnappings took place in Colombia?",
    "How many journalists were murdered in Peru?",
    "How many people were killed by Shining Path in Peru?",
    "How many peasants were killed in Peru?",
    "How many people have been killed in Peru since 1980?",
    "When did the FMLN offensive begin?",
    "When did the bomb explode in Bogota?",
)
"""Questions that several of the news reports answer, written for reading what is claimed."""
_DONE = r"(killed|kidnapped|attacked|bombed|murdered|assassinated|wounded|injured)"


@dataclass(frozen=True, slots=True)
class Claim:
    """The claim about one question."""

    question: str
    citations: tuple[Citation, ...]
    agreements: tuple[Agreement, ...]
    differences: tuple[Difference, ...]


def main() -> None:
    """Print the counts of each set, and with --show every claim."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", action="store_true", help="print every claim with its sentences")
    parser.add_argument("--similarity", action="store_true", help="without the trained reader")
    options = parser.parse_args()
    for name in SETS:
        task = open_task(name, answers=True)
        plain = open_encoder()
        reader, encoder = (
            reader_for(ReaderChoice(none=options.similarity), plain),
            SharedEncoder(plain, default_cache(), name),
        )
        retriever = Retriever(index_rows(task.rows, encoder), encoder, Path())
        own = [question.text for question in task.questions]
        sets: dict[str, Sequence[str]] = {task.title: own}
        if name == "squad20-a":
            both = [question.text for question in read_beir(data_folder(name)).dataset.judged]
            sets[f"{name}, the other half"] = both[::2]
        if name == "muc34":
            sets |= {f"{name}, numbers and dates": list(made(own)), f"{name}, known events": EVENTS}
        for title, questions in sets.items():
            claims = [claim(retriever, reader, question) for question in questions if expected_answer(question)]
            print(f"{title}: {summary(claims)}")
            for each in claims if options.show else ():
                show(each)
        if name == "squad20-a":
            print(f"{task.title}, planted: {planted(task, encoder, reader)}")
        encoder.save()


def planted(task: Task, encoder: SharedEncoder, reader: Reader) -> str:
    """Count the questions, of those whose answer is a number or a date and has a false copy, that show both."""
    texts = {row.id: row for row in task.rows}
    copies: list[tuple[Question, str, str, Row]] = []
    for question in task.questions:
        asked, gold = expected_answer(question.text), question.gold[0]
        row, (start, end) = texts[gold.passage], gold.spans[0]
        digits = list(re.finditer(r"\d+", row.text[start:end]))
        if asked is None or asked.kind == "name" or not digits:
            continue
        last = digits[-1]
        other = str(int(last[0]) + 3)
        text = f"{row.text[: start + last.start()]}{other}{row.text[start + last.end() :]}"
        copies.append((question, last[0], other, Row(f"{row.id}~{len(copies)}", row.title, text)))
    rows = (*task.rows, *(row for *_, row in copies))
    retriever = Retriever(index_rows(rows, encoder), encoder, Path())
    seen, wrong = 0, 0
    for question, right, other, _ in copies:
        sides = [{side.value for side in each.sides} for each in claim(retriever, reader, question.text).differences]
        both = any(any(right in value for value in one) and any(other in value for value in one) for one in sides)
        seen, wrong = seen + both, wrong + (bool(sides) and not both)
    return f"{len(copies)} questions, {seen} show the difference, {wrong} another one"


def made(questions: Sequence[str]) -> Iterator[str]:
    """Yield questions for dates and numbers made from those of the set, each once."""
    found: dict[str, None] = {}
    for text in questions:
        if match := re.fullmatch(rf"Who was {_DONE} (?:by .+? )?in (.+?)(?: on .+)?\?", text):
            found[f"How many people were {match[1]} in {match[2]}?"] = None
        if match := re.search(r"(?:attack on|kidnapping of|murder of|killing of) (.+?) in (.+?)(?: on .+)?\?", text):
            found[f"When was {match[1]} attacked in {match[2]}?"] = None
            found[f"How many people were killed in the attack on {match[1]} in {match[2]}?"] = None
            found[f"How many people were injured in the attack on {match[1]}?"] = None
    yield from found


def claim(retriever: Retriever, reader: Reader, question: str) -> Claim:
    """Ask as `Answerer` does, without the comparison with files that a data set does not have."""
    read = reader.read(question, retriever.search(question, max(HITS, reader.depth)))
    cited = [*read.marks, *marks_that_differ(question, read.hits[:HITS], read.marks)]
    citations = tuple(_citation(retriever, number, mark) for number, mark in enumerate(cited, start=1))
    return Claim(question, citations, *compare_citations(question, citations))


def _citation(retriever: Retriever, number: int, mark: Mark) -> Citation:
    document = retriever.index.corpus.document(mark.hit.passage.document_id)
    if document is None:
        raise LookupError(mark.hit.passage.document_id)
    return Citation(number, Quote.of(document, mark.hit.passage, mark.sentence), mark.hit.also, words=mark.words)


def summary(claims: Sequence[Claim]) -> str:
    """Return the counts in one line."""
    asked = Counter(found.kind for each in claims if (found := expected_answer(each.question)))
    differ = Counter(difference.kind for each in claims for difference in each.differences)
    agree = Counter(agreement.kind for each in claims for agreement in each.agreements)
    answered = sum(bool(each.citations) for each in claims)
    return (
        f"{len(claims)} questions, {answered} answered; ask for {dict(sorted(asked.items()))}; "
        f"differences {dict(sorted(differ.items()))}; agreements {dict(sorted(agree.items()))}"
    )


def show(each: Claim) -> None:
    """Print a claim with the sentences it rests on."""
    texts = {citation.number: citation.quote for citation in each.citations}
    for agreement in (one for one in each.agreements if one.kind != "wording"):
        print(f"= {each.question} {agreement.documents} documents: {agreement.value}")
        for place in agreement.places:
            print(f"    {place.value} ({place.document_id}): {texts[place.citation]}")
    for difference in each.differences:
        print(f"# {each.question} {' / '.join(side.value for side in difference.sides)}")
        for place in (place for side in difference.sides for place in side.places):
            print(f"    {place.value} ({place.document_id}): {texts[place.citation]}")


if __name__ == "__main__":
    main()
