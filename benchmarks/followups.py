"""Follow-ups: what the question made from a conversation finds, the loss on others, the words it recovers.

    QA_DATA=folder python -m benchmarks.followups

Writes ``benchmarks/results/followups-<commit>.md`` and ``.json``. Rules and numbers of the product were chosen on the
first half of the conversations of each set (`Talk.chosen_on`); the other half is given beside it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.beir import data_folder, read_lines
from benchmarks.conversations import (
    Quotes,
    Talk,
    asked_last,
    joined,
    other_talks,
    quotes_by,
    read_talk,
    recovered,
    same_talks,
)
from benchmarks.machine import setting
from benchmarks.shared import SharedEncoder, default_cache
from benchmarks.tables import table
from benchmarks.tasks import Task, open_task
from embeddings.encoding.encoder import open_encoder
from embeddings.errors import QuestionError
from embeddings.index.rows import index_rows
from qa.evaluation.beir import read_beir
from qa.evaluation.metrics import per_query
from qa.evaluation.statistics import interval, p_value
from qa.evaluation.types import Question
from qa.retrieval.retriever import Retriever
from qa.retrieval.topic_fit import IndexFit

__all__ = ["Search", "main"]

RESULTS = Path(__file__).parent / "results"
METRIC, DEPTH = "nDCG@10", 10

Floats = npt.NDArray[np.float64]
Rows = list[tuple[str, ...]]


class Search:
    """The product over a task: remembered rankings, the knowledge of its index, and its own quotes."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.encoder = SharedEncoder(open_encoder(), default_cache(), f"{task.name}-followups")
        index = index_rows(task.rows, SharedEncoder(open_encoder(), default_cache(), task.name))
        self.retriever = Retriever(index, self.encoder, Path())
        self.quotes = quotes_by(self.retriever)
        self.ground = IndexFit(index, self.encoder)
        self._known: dict[str, list[str]] = {}

    def found(self, text: str) -> list[str]:
        """Return passages' names, best first."""
        if text not in self._known:
            try:
                hits = self.retriever.search(text, DEPTH, collapse=False)
            except QuestionError:
                hits = []
            self._known[text] = [hit.passage.document_id for hit in hits]
        return self._known[text]

    def values(self, questions: Sequence[Question], texts: Mapping[str, str]) -> Floats:
        """Return METRIC of each question, asked in these words."""
        return per_query(questions, {question.id: self.found(texts[question.id]) for question in questions})[METRIC]


def main() -> None:
    """Measure all three, print and write."""
    where = setting()
    parts = {
        "Retrieval: the last turns of mtrag-un-dev": _last_turns(),
        "Questions that stand alone: squad20-a in other conversations": _standing_alone(),
        "Words of the human rewrite: canard-dev": _rewrites(),
    }
    text = "\n\n".join(
        [f"# Follow-ups\n\nCommit {where.commit}, {where.date}; {where.processor}."]
        + [f"## {title}\n\n{table(rows[0], rows[1:])}" for title, rows in parts.items()]
    )
    print(text)
    page = RESULTS / f"followups-{where.commit}.md"
    page.write_text(text + "\n", encoding="utf-8")
    everything = {"setting": asdict(where), "tables": parts}
    page.with_suffix(".json").write_text(json.dumps(everything, indent=1) + "\n", encoding="utf-8")


def _last_turns() -> Rows:
    """Measure ours, with the quotes it knows, and the baselines; with the lead of ours over each."""
    search = Search(open_task("mtrag-un-dev"))
    talks = {row["_id"]: read_talk(row) for row in read_lines(data_folder("mtrag-un-dev") / "conversations.jsonl")}
    questions = search.task.questions
    systems: dict[str, Callable[[Talk], str]] = {
        "follow-ups, with the product's quotes": lambda talk: _asked(search, talk, search.quotes),
        "follow-ups, questions only": lambda talk: _asked(search, talk, _no_quotes),
        "follow-ups, with the agent's answers": lambda talk: _asked(search, talk, _answers(talk)),
        "last turn alone": lambda talk: joined(talk.questions, 1),
        "last two turns joined": lambda talk: joined(talk.questions, 2),
        "all turns joined": lambda talk: joined(talk.questions, None),
    }
    values = {
        name: search.values(questions, {question.id: ask(talks[question.id]) for question in questions})
        for name, ask in systems.items()
    }
    search.encoder.save()
    ours = next(iter(values.values()))
    half = np.array([talks[question.id].chosen_on for question in questions])
    rows: Rows = [("question asked", METRIC, "chosen on", "other half", "ours minus this")]
    for name, own in values.items():
        rows.append((name, _mean(own), f"{own[half].mean():.3f}", f"{own[~half].mean():.3f}", _difference(ours - own)))
    return rows


def _standing_alone() -> Rows:
    """Measure the loss for questions asked amid another conversation, and the share that stays as it is.

    Quotes are left out to save time: a question that points at nothing takes nothing from them.
    """
    task = open_task("squad20-a")
    search = Search(task)
    folder = data_folder("squad20-a")
    article = {row["_id"]: row["metadata"]["article"] for row in read_lines(folder / "corpus.jsonl")}
    every = read_beir(folder, answers=False).dataset.judged
    articles = {question.id: article[next(iter(question.relevant))] for question in every}
    talks = [read_talk(row) for row in read_lines(data_folder("mtrag-un-dev") / "conversations.jsonl")]
    mtrag = {question.id: talks[number % len(talks)].questions[-3:] for number, question in enumerate(task.questions)}
    histories = {
        "questions of another article": other_talks(every, articles, task.questions),
        "a conversation of mtrag-un-dev": mtrag,
        "questions before it in the same article": same_talks(every, articles, task.questions),
    }
    alone = search.values(task.questions, {question.id: question.text for question in task.questions})
    rows: Rows = [("asked after", "questions", METRIC, "change", "left as it is")]
    rows.append(("nothing", f"{len(alone):,}", _mean(alone), "", ""))
    for name, history in histories.items():
        asked = {
            question.id: asked_last([*history[question.id], question.text], search.ground, _no_quotes)
            for question in task.questions
        }
        own = search.values(
            task.questions, {key: meant.asked if meant.taken else meant.question for key, meant in asked.items()}
        )
        kept = np.mean([not meant.taken for meant in asked.values()])
        rows.append((name, f"{len(own):,}", _mean(own), _difference(own - alone), f"{kept:.1%}"))
        search.encoder.save()
    return rows


def _rewrites() -> Rows:
    """Return precision, recall and F1 of the words added and of all words: first the half chosen on, then the other."""
    lines = read_lines(data_folder("canard-dev") / "conversations.jsonl")
    talks = [(read_talk(row), row["rewrite"]) for row in lines if len(row["turns"]) > 1]
    systems: dict[str, Callable[[Talk], str]] = {
        "follow-ups, with the answers as quotes": lambda talk: asked_last(talk.questions, None, _answers(talk)).asked,
        "follow-ups, questions only": lambda talk: asked_last(talk.questions, None, _no_quotes).asked,
        "last turn alone": lambda talk: joined(talk.questions, 1),
        "last two turns joined": lambda talk: joined(talk.questions, 2),
        "all turns joined": lambda talk: joined(talk.questions, None),
    }
    rows: Rows = [("question asked", "turns", "added: P", "R", "F1", "all: P", "R", "F1")]
    for half in ("chosen on", "other half"):
        ours = [(talk, human) for talk, human in talks if talk.chosen_on == (half == "chosen on")]
        for name, ask in systems.items():
            found = recovered([(talk.questions[-1], human, ask(talk)) for talk, human in ours])
            figures = [f"{value:.3f}" for words in found for value in (words.precision, words.recall, words.f1)]
            rows.append((f"{name} ({half})", f"{len(ours):,}", *figures))
    return rows


def _asked(search: Search, talk: Talk, quotes: Quotes) -> str:
    return asked_last(talk.questions, search.ground, quotes).asked


def _no_quotes(_: int, __: str) -> tuple[str, ...]:
    return ()


def _answers(talk: Talk) -> Quotes:
    return lambda number, _: talk.answers[number : number + 1]


def _mean(values: Floats) -> str:
    low, high = interval(values)
    return f"{values.mean():.3f} ({low:.3f}–{high:.3f})"


def _difference(values: Floats) -> str:
    if not values.any():
        return ""
    low, high = interval(values)
    return f"{values.mean():+.4f} ({low:+.4f} to {high:+.4f}), p {p_value(values):.4f}"


if __name__ == "__main__":
    main()
