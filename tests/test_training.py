"""The reader's training: its data, the same weights after a break, and the exported files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import exp, isfinite, log1p
from pathlib import Path
from random import Random
from shutil import copytree

import pytest
import torch
from safetensors.torch import load_file
from transformers import BertConfig, BertModel, BertTokenizer

from benchmarks.beir import halves
from benchmarks.squad import Corpus, Paragraph, Question, parts_of_squad20, read_corpus, read_rows
from embeddings.encoding.models import ModelFiles
from embeddings.encoding.tokens import open_tokenizer
from embeddings.errors import DatasetError
from qa.reading.calibration import Calibrated
from qa.reading.trained.files import DESCRIPTION, WEIGHTS
from qa.reading.trained.inputs import MOST_TOKENS, RowMaker
from qa.reading.trained.reader import open_reader
from training.ablation import ALL, FIGURES, TABLE
from training.checkpoint import CHECKPOINT
from training.choose import CAUTIONS
from training.command import main
from training.data import (
    MOST_CHARACTERS,
    SHARES,
    Example,
    example_of,
    held_out,
    make,
    read_examples,
    write_examples,
)
from training.export import export
from training.features import Batch, batches, passage_of, tensors
from training.model import begin, loss_of
from training.near_misses import Article, NearMiss, near_miss, renamed
from training.network import WORDS, Logits
from training.plan import Plan
from training.reading import read
from training.topics import as_keywords, elsewhere, topic
from training.train import FROZEN, Trainer
from training.written import NATURAL, WRITTEN
from training.written import written as written_pairs

TOWNS = [
    "Aldmoor",
    "Brackwell",
    "Corhaven",
    "Dunmere",
    "Elstow",
    "Farholm",
    "Glenwick",
    "Harrowby",
    "Inverlaw",
    "Jarrow",
]
PEOPLE = ["Mira Olsen", "Tomas Reyes", "Ada Kern", "Ivo Brandt", "Lena Voss", "Karl Dietz", "Nora Falk", "Otto Lang"]
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
SPLIT = "squad20-a"


def rows(file: Path, *, of: Sequence[Mapping[str, object]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(row) + "\n" for row in of), encoding="utf-8")


def written(folder: Path, articles: int, paragraphs: int) -> None:
    """A data set in the BEIR layout: each paragraph says who founded the mill of a town, and when its bridge opened."""
    corpus, queries, answers, near = [], [], [], []
    for article in range(articles):
        for number in range(paragraphs):
            town, person = TOWNS[(article + number) % len(TOWNS)], PEOPLE[(3 * article + number) % len(PEOPLE)]
            year, place = str(1800 + 7 * article + number), f"A{article}#{number}"
            text = (
                f"The mill of {town} was founded by {person}. Its stone bridge was opened in {year}. Trade grew slowly."
            )
            about = {"article": f"A{article}", "paragraph": number}
            corpus.append({"_id": place, "title": f"County {article}", "text": text, "metadata": about})
            asked = ((f"Who founded the mill of {town}?", person), (f"When was the bridge of {town} opened?", year))
            for turn, (question, answer) in enumerate(asked):
                name = f"{place}-{turn}"
                queries.append({"_id": name, "text": question, "metadata": about})
                answers.append({"_id": name, "passage_id": place, "start": text.index(answer), "text": answer})
            question = f"Who burnt the mill of {town}?"
            near.append({"_id": f"{place}-n", "text": question, "metadata": {"near_passage": place, **about}})
    rows(folder / "corpus.jsonl", of=corpus)
    rows(folder / "queries.jsonl", of=queries)
    rows(folder / "answers.jsonl", of=answers)
    rows(folder / "unanswerable.jsonl", of=near)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    written(folder / "squad11-train", articles=20, paragraphs=5)  # 200 questions
    written(folder / SPLIT, articles=8, paragraphs=3)
    for name in ("selqa-dev", "tydi-en-dev", "onestopqa-a", "mtrag-un-dev", *NATURAL):
        copytree(folder / SPLIT, folder / name)
    asked = read_rows(folder / "mtrag-un-dev" / "queries.jsonl")
    talks = [{"_id": row["_id"], "turns": [{"speaker": "user", "text": row["text"]}]} for row in asked]
    rows(folder / "mtrag-un-dev" / "conversations.jsonl", of=talks)
    judged = "".join(f"{row['_id']}\t{row['_id'].partition('-')[0]}\t1\n" for row in talks)
    (folder / "mtrag-un-dev" / "qrels").mkdir()
    (folder / "mtrag-un-dev" / "qrels" / "test.tsv").write_text(f"query-id\tcorpus-id\tscore\n{judged}", "utf-8")
    unanswerable = [*read_rows(folder / "squad11-train" / "unanswerable.jsonl")]
    for place, row in enumerate(unanswerable):
        own = row["metadata"]
        twin = f"{own['near_passage']}-0" if place % 2 else None
        own.update(answerable_twin=twin, cause="E", placed="doubtful" if place % 5 == 0 else "pair")
    rows(folder / WRITTEN / "unanswerable.jsonl", of=unanswerable)
    return folder


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory, data: Path) -> ModelFiles:
    """A tiny encoder with random weights and a vocabulary of its own."""
    folder = tmp_path_factory.mktemp("base")
    corpus = read_corpus(data / "squad11-train")
    texts = [*(p.text + " " + p.title for p in corpus.paragraphs.values()), *(q.text for q in corpus.questions)]
    words = sorted({word for text in texts for word in text.lower().replace(".", " .").replace("?", " ?").split()})
    (folder / "vocab.txt").write_text("\n".join([*SPECIAL, *words]) + "\n", encoding="utf-8")
    BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(SPECIAL) + len(words),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    return ModelFiles("tiny", folder)


def made(data: Path, *, seed: int = 1) -> tuple[list[Example], list[Example]]:
    return make(read_corpus(data / "squad11-train"), seed=seed)


def maker_of(base: ModelFiles) -> RowMaker:
    return RowMaker(open_tokenizer(base.folder))


def trainer(base: ModelFiles, examples: list[Example], **plan: float) -> Trainer:
    torch.set_num_threads(1)
    settled = Plan(**{"steps": 8, "batch": 8, "warm": 2, "rate": 1e-3, **plan})  # type: ignore[arg-type]
    return Trainer(begin(base.folder, seed=1), maker_of(base), examples, settled)


def test_each_question_comes_with_its_answer_and_without_and_no_held_out_article_is_trained_on(data: Path) -> None:
    learnt, kept = made(data)
    answered = [example for example in learnt if example.family == "answered"]
    assert len(answered) + sum(example.family == "answered" for example in kept) == 200
    assert {example.family for example in learnt} == {"answered", *SHARES}
    assert kept
    assert all(held_out(f"A{example.title.split()[-1]}") for example in kept if example.kind in {"answered", "cut"})
    for example in learnt:
        assert (example.answer is None) == (example.family != "answered")
        assert all(example.text[a:b].strip() == example.text[a:b] != "" for a, b in example.sentences)
    for example in answered:
        assert example.sentence is not None
        assert example.answer is not None
        start, end = example.sentences[example.sentence]
        assert start <= example.answer[0] < example.answer[1] <= end


def test_the_same_seed_makes_the_same_bytes_and_another_others(data: Path, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("one", "two", "three")]
    for file, seed in zip(files, (1, 1, 2), strict=True):
        counts = write_examples(made(data, seed=seed)[0], file)
        assert counts.total() == len(read_examples(file))
    assert files[0].read_bytes() == files[1].read_bytes() != files[2].read_bytes()
    assert read_examples(files[0]) == made(data)[0]


def test_nothing_of_the_measured_articles_is_trained_on_and_half_of_them_only_report(data: Path) -> None:
    corpus = read_corpus(data / SPLIT)
    parts = parts_of_squad20(corpus)
    fitting, reported = halves([{"metadata": {"article": article}} for article in corpus.articles])
    assert parts == {"calibrated": fitting, "reported": reported}
    assert not fitting & reported


def test_a_kind_that_is_left_out_is_missing_and_the_others_stay_as_they_are(data: Path) -> None:
    corpus = read_corpus(data / "squad11-train")
    whole, kept = made(data)
    for kind in SHARES:
        learnt, held = make(corpus, seed=1, without=kind)
        assert {example.family for example in learnt} == {"answered", *SHARES} - {kind}
        assert (learnt, held) == ([example for example in whole if not example.of(kind)], kept)


def test_questions_in_the_words_of_what_answers_them_are_left_out_the_more_of_them_it_has() -> None:
    text = "The mill of Elstow was founded by Mira Olsen."
    place = text.index("Mira")
    own, far = Paragraph("P", "A", "Mills", text), Paragraph("Q", "B", "Towns", "The bridge of Jarrow opened late.")
    asked = ["Mill Elstow founded?", *(f"Who began grinding corn there {number}?" for number in range(50))]
    questions = [Question(f"q{n}", one, "P", ((place, place + 10),)) for n, one in enumerate(asked)]
    corpus = Corpus({"P": own, "Q": far}, questions)
    assert not held_out("A")
    some, all_ = (
        {example.question for example in make(corpus, seed=1, other_words=on)[0] if example.kind == "answered"}
        for on in (True, False)
    )
    assert any("founded" in one for one in all_)  # all its words stand in the sentence: it is always left out
    assert not any("founded" in one for one in some)
    assert len(some) >= 0.7 * len(all_)
    assert make(corpus, seed=1, other_words=True) == make(corpus, seed=1, other_words=True)


def paragraph(text: str) -> Paragraph:
    return Paragraph("P", "A", "Mills", text)


def test_a_near_miss_changes_the_question_and_is_left_out_where_it_may_be_answered(data: Path) -> None:
    corpus = read_corpus(data / "squad11-train")
    for question in corpus.questions:
        own = corpus.paragraphs[question.paragraph]
        changed = near_miss(question, own, Article(corpus.articles[own.article], []), Random(question.id))
        assert changed is not None
        assert changed.question != question.text
        assert changed.question == question.text.replace(changed.old, changed.new, 1) or changed.kind == "negated"
        if changed.kind == "name":
            assert not any(town in own.text for town in TOWNS if town in changed.question)
    only = Corpus({"P": paragraph("The first bridge fell. The last bridge stands.")}, [])
    asked = corpus.questions[0].__class__("q", "Which bridge was first?", "P", ())
    found = [near_miss(asked, only.paragraphs["P"], Article([], []), Random(seed)) for seed in range(9)]
    assert {one and one.kind for one in found} == {"negated"}  # "Which bridge was last?" has an answer there


def test_an_exchange_in_the_paragraph_keeps_the_answer_for_the_exchanged_question() -> None:
    text = "Aldmoor has a mill. The mill of Aldmoor was founded by Mira Olsen, not that of Elstow. Aldmoorers like it."
    before = replace(paragraph(text), title="Aldmoor")
    start = text.index("Mira")
    change = NearMiss("Who founded the mill of Elstow?", "name", "Aldmoor", "Elstow")
    found = renamed(before, (start, start + 10), change)
    assert found is not None
    after, answer = found
    assert after.title == "Elstow"
    assert (
        after.text
        == "Elstow has a mill. The mill of Elstow was founded by Mira Olsen, not that of Aldmoor. Aldmoorers like it."
    )
    assert after.text[slice(*answer)] == "Mira Olsen"
    assert [after.text[a:b] for a, b in after.sentences] == [
        "Elstow has a mill.",
        "The mill of Elstow was founded by Mira Olsen, not that of Aldmoor.",
        "Aldmoorers like it.",
    ]


@pytest.mark.parametrize(
    ("answer", "old", "new"),
    [
        ("Mira Olsen", "", ""),  # a negation
        ("Mira Olsen", "Corhaven", "Elstow"),  # not in the sentence that answers
        ("Mira Olsen", "Mira", "Ada"),  # the answer itself
        ("Mira Olsen", "Aldmoor", "Olsen"),
        ("Mira Olsen", "Aldmoor", "Olsen. Corhaven"),  # across the end of a sentence
    ],
)
def test_a_paragraph_is_left_as_it_is_where_an_exchange_would_not_keep_its_answer(
    answer: str, old: str, new: str
) -> None:
    text = "The mill of Aldmoor was founded by Mira Olsen. Corhaven has none."
    start = text.index(answer)
    assert renamed(paragraph(text), (start, start + len(answer)), NearMiss("Who?", "name", old, new)) is None


def test_a_renamed_example_asks_the_question_as_it_was_and_its_pair_answers_the_exchanged_one(data: Path) -> None:
    corpus = read_corpus(data / "squad11-train")
    learnt, kept = made(data)
    asked = {form for question in corpus.questions for form in (question.text, as_keywords(question.text))}
    texts = {own.text for own in corpus.paragraphs.values()}
    found = [example for example in (*learnt, *kept) if example.family == "renamed"]
    assert found
    for example in found:
        assert example.question in asked
        assert example.text not in texts
        pair = [other for other in (*learnt, *kept) if other.text == example.text and other.answer is not None]
        assert any(other.question != example.question for other in pair)


def test_a_topic_is_what_a_sentence_speaks_of_or_what_letters_stand_for() -> None:
    text = "It began late. Critics of the Harbour Workers Union (HWU) met in Elstow. Elstow paid."
    forms = {topic(paragraph(text), Random(seed)) for seed in range(20)}
    letters = [found for found in forms if found]
    assert letters
    assert all(text[slice(*found.answer)] == "Harbour Workers Union" and "HWU" in found.question for found in letters)
    asked = topic(paragraph("It began late. The mill of Elstow burnt. Elstow paid."), Random(1))
    assert asked is not None
    assert asked.about == "Elstow"
    assert asked.answer == (15, 40)
    assert elsewhere(asked, paragraph("Elstow paid."), ["Elstow", "Jarrow", "Elm. A"], Random(1)) == asked.form.format(
        "Jarrow"
    )
    assert elsewhere(asked, paragraph("Elstow paid."), ["Elstow"], Random(1)) is None
    assert topic(paragraph("it began late."), Random(1)) is None


def test_keywords_are_the_words_that_say_something() -> None:
    assert as_keywords("Who founded the mill of Elstow in 1807?") == "founded mill Elstow 1807"
    assert as_keywords("Who was it?") == "Who was it?"


def test_long_passages_are_shortened_around_the_answer(data: Path, tmp_path: Path) -> None:
    filler = [f"Sentence number {number} says nothing that anybody would ask about in earnest." for number in range(40)]
    text = " ".join([*filler[:30], "The mill was founded by Mira Olsen.", *filler[30:]])
    folder = tmp_path / "long"
    about = {"article": "L", "paragraph": 0}
    rows(folder / "corpus.jsonl", of=[{"_id": "L#0", "title": "L", "text": text, "metadata": about}])
    rows(folder / "queries.jsonl", of=[{"_id": "q", "text": "Who founded the mill?", "metadata": about}])
    start = text.index("Mira")
    rows(folder / "answers.jsonl", of=[{"_id": "q", "passage_id": "L#0", "start": start, "text": "Mira Olsen"}])
    learnt, kept = make(read_corpus(folder), seed=3)
    answered = next(example for example in [*learnt, *kept] if example.kind == "answered")
    assert answered.answer is not None
    assert answered.text[slice(*answered.answer)] == "Mira Olsen"
    assert held_out("L") or len(answered.text) <= MOST_CHARACTERS


def test_missing_data_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(DatasetError, match="Set QA_DATA to the folder"):
        read_corpus(tmp_path)
    with pytest.raises(DatasetError, match="make them with python -m training data"):
        read_examples(tmp_path / "none.jsonl")
    monkeypatch.setenv("QA_DATA", str(tmp_path))
    assert main(["--folder", str(tmp_path), "data"]) == 1
    place = tmp_path / "squad11-train"
    assert f"squad11-train is not at {place}: set QA_DATA to the folder that holds it" in capsys.readouterr().err


def test_tokens_of_the_answer_and_of_sentences_stand_where_they_do_in_the_text(base: ModelFiles, data: Path) -> None:
    corpus = read_corpus(data / "squad11-train")
    question = corpus.questions[0]
    example = example_of(question.text, corpus.paragraphs[question.paragraph], question.answers[0], "answered")
    short = Example("mill?", "", "Mill.", ((0, 5),), None, "other")
    batch = tensors([example, short], maker_of(base))
    (row,), _ = maker_of(base).rows_of([(one.question, passage_of(one)) for one in (example, short)])
    first, last = (row.offsets[int(place[0]) - row.passage[0]] for place in (batch.start, batch.end))
    assert example.text[first[0] : last[1]] == example.text[slice(*question.answers[0])]
    assert batch.answered.tolist() == [1.0, 0.0]
    assert batch.sentence.tolist() == [example.sentence, -1]
    means = batch.inputs.means
    assert means.any(2).tolist() == [[True, True, True], [True, False, False]]
    for number, (start, end) in enumerate(example.sentences):
        own = [row.offsets[token - row.passage[0]] for token in means[0, number].nonzero().flatten().tolist()]
        assert (own[0][0], own[-1][1]) == (start, end)
    assert means[0].sum(1).tolist() == pytest.approx([1, 1, 1])


def test_batches_hold_each_example_once_and_depend_on_the_seed_alone(data: Path) -> None:
    learnt, _ = made(data)
    order = batches(learnt, size=8, seed=5)
    assert sorted(number for own in order for number in own) == list(range(len(learnt)))
    assert order == batches(learnt, size=8, seed=5) != batches(learnt, size=8, seed=6)


def test_a_training_that_was_stopped_ends_with_the_same_bytes(base: ModelFiles, data: Path, tmp_path: Path) -> None:
    learnt, _ = made(data)
    whole = trainer(base, learnt)
    whole.run(8)
    whole.save(tmp_path / "whole")
    first = trainer(base, learnt)
    first.run(3)
    first.save(tmp_path / "parts")
    second = trainer(base, learnt)
    assert not second.resume(tmp_path / "none")
    assert second.resume(tmp_path / "parts")
    assert second.step == 3
    second.run(100)
    assert second.done
    second.save(tmp_path / "parts")
    assert (tmp_path / "whole" / CHECKPOINT).read_bytes() == (tmp_path / "parts" / CHECKPOINT).read_bytes()


def test_training_lowers_the_loss_and_leaves_the_words_alone(base: ModelFiles, data: Path) -> None:
    learnt, _ = made(data)
    own = trainer(base, learnt, steps=60, warm=5)
    before = own.model.state_dict()[FROZEN].clone()
    start = own.run(10)
    own.run(40)
    end = own.run(10)
    assert end["sentence"] < 0.7 * start["sentence"]
    assert end["span"] < start["span"]
    assert torch.equal(own.model.state_dict()[FROZEN], before)


def test_only_the_steps_of_a_plan_may_be_changed_and_only_before_the_rate_falls(
    base: ModelFiles, data: Path, tmp_path: Path
) -> None:
    learnt, _ = made(data)
    own = trainer(base, learnt)
    own.run(5)
    own.save(tmp_path)
    assert trainer(base, learnt, steps=20).resume(tmp_path)
    for other in (trainer(base, learnt, rate=2e-3), trainer(base, learnt[1:]), trainer(base, learnt, steps=6)):
        with pytest.raises(DatasetError, match="give the same options, or another folder"):
            other.resume(tmp_path)
    (tmp_path / CHECKPOINT).write_bytes(b"nothing")
    with pytest.raises(DatasetError, match="is no checkpoint"):
        trainer(base, learnt).resume(tmp_path)


def test_the_rate_rises_stays_and_falls_to_nothing() -> None:
    plan = Plan(steps=100, warm=10, cool=0.2, rate=1.0)
    assert [plan.rate_at(step) for step in (0, 4, 9, 50, 80, 90, 100)] == pytest.approx([0.1, 0.5, 1, 1, 1, 0.5, 0])
    with pytest.raises(ValueError, match="a plan needs"):
        Plan(steps=0)


def test_an_exported_reader_reads_as_the_trained_one(base: ModelFiles, data: Path, tmp_path: Path) -> None:
    learnt, kept = made(data)
    own = trainer(base, learnt)
    own.run(8)
    calibrated = Calibrated(1.0, 0.5, 0.25, -0.5)
    export(own.model, base, calibrated, 0.6, tmp_path)
    found = open_reader(base, folder=tmp_path)
    assert found is not None
    assert found.limit == 0.6
    halved = {name: value if name == WORDS else value.half().float() for name, value in own.model.state_dict().items()}
    own.model.load_state_dict(halved)
    before = read(own.model, maker_of(base), kept)
    after = [found.read(example.question, [passage_of(example)])[0] for example in kept]
    assert [one.span for one in after] == [one.span for one in before]
    for one, other in zip(after, before, strict=True):
        assert one.answered == pytest.approx(other.answered, abs=1e-5)
        assert one.sentences == pytest.approx(other.sentences, abs=1e-5)
        said = calibrated.probability(other.answered, other.span_margin, other.share)
        assert one.probability == pytest.approx(said, abs=1e-5)
    assert WORDS not in load_file(tmp_path / WEIGHTS)
    assert str(base.folder) not in (tmp_path / DESCRIPTION).read_text(encoding="utf-8")
    first = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    export(own.model, base, calibrated, 0.6, tmp_path)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == first


def test_written_pairs_are_one_answered_and_one_not_on_what_tells_them_apart(data: Path) -> None:
    learnt, kept = written_pairs(data, seed=1)
    pairs = list(zip(learnt[::2], learnt[1::2], strict=True))
    assert all(one.answer is not None and other.answer is None for one, other in pairs)
    kinds = {other.kind for _, other in pairs}
    assert {"written E", *(f"natural {name}" for name in NATURAL)} <= kinds
    assert not any(
        held_out(f"A{one.title.split()[-1]}") for one, other in pairs if other.kind == "written E" and one.title
    )
    same = [(one, other) for one, other in pairs if other.kind == "written E"]
    rows_of = [row for row in read_rows(data / WRITTEN / "unanswerable.jsonl") if row["metadata"]["placed"] == "pair"]
    out = sum(held_out(row["metadata"]["article"]) for row in rows_of)
    assert len(same) == len(rows_of) - out
    assert sum(example.kind == "written E" for example in kept) == out
    assert all(one.text == other.text for one, other in same)
    assert written_pairs(data, seed=1) == (learnt, kept) != written_pairs(data, seed=2)


def test_a_ranking_loss_is_of_whole_pairs_and_falls_as_the_answered_one_rises() -> None:
    answered = torch.tensor([1.0, 0.0, 1.0, 1.0])
    empty, many = torch.zeros(4, 1), torch.zeros(4, 3)
    batch = Batch(
        None,  # type: ignore[arg-type]  # the loss does not look at it
        torch.ones(4, 3, dtype=torch.bool),
        answered,
        torch.full((4,), -1),
        torch.zeros(4, dtype=torch.long),
        torch.zeros(4, dtype=torch.long),
    )
    found = [
        loss_of(Logits(torch.tensor([said, 0.0, 5.0, -5.0]), empty, many, many), batch, 1.0)[1]["ranking"]
        for said in (-1.0, 0.0, 2.0)
    ]
    assert found == pytest.approx([log1p(exp(2.0)), log1p(exp(1.0)), log1p(exp(-1.0))])
    with pytest.raises(ValueError, match="a batch holds whole pairs"):
        Plan(batch=3, ranking=0.5)


def test_pairs_stay_together_in_their_batches(data: Path) -> None:
    learnt, _ = written_pairs(data, seed=1)
    order = batches(learnt, size=4, seed=5, pairs=True)
    assert sorted(number for one in order for number in one) == list(range(len(learnt)))
    assert all(one[0::2] == [number - 1 for number in one[1::2]] for one in order)


def test_one_command_after_the_other_ends_in_a_reader_with_its_card(
    base: ModelFiles, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QA_DATA", str(data))
    monkeypatch.setenv("QA_BENCH_CACHE", str(tmp_path / "vectors"))
    common = ["--folder", str(tmp_path), "--threads", "1"]
    start = ["--model", str(base.folder)]
    first = ["--folder", str(tmp_path / "first"), "--threads", "1"]
    assert main([*first, "data"]) == 0
    assert main([*first, "train", "--steps", "2", "--batch", "4", *start]) == 0
    assert main([*common, "--seed", "2", "data", "--written"]) == 0
    begun = ["--start", str(tmp_path / "first"), "--ranking", "0.5"]
    assert main([*common, "--seed", "2", "train", "--steps", "4", "--batch", "4", *begun, *start]) == 0
    assert main([*common, "--seed", "2", "train", "--steps", "4", "--batch", "4", *start]) == 1  # begun elsewhere
    assert "give the same options" in capsys.readouterr().err
    few = ["--steps", "2", "--batch", "2", "--most", "4"]
    assert main([*common, "ablate", *few, *start]) == 0
    runs = sorted((tmp_path / "ablation").iterdir())
    kinds = ("cut", "natural", "retrieved", "topic", "written")
    assert [run.name for run in runs] == sorted(f"without-{kind}" for kind in (ALL, *kinds))
    assert [file.name for run in runs for file in run.iterdir()] == [TABLE] * (1 + len(kinds))
    assert all({*FIGURES} <= {*json.loads((run / TABLE).read_text(encoding="utf-8"))} for run in runs)
    before = [(run / TABLE).stat().st_mtime_ns for run in runs]
    assert main([*common, "ablate", *few, *start]) == 0
    assert [(run / TABLE).stat().st_mtime_ns for run in runs] == before  # what is finished is not made again
    assert main([*common, "export", "--most", "8", "--average", str(tmp_path / "first"), *start]) == 0
    said = capsys.readouterr().out
    card = (tmp_path / "reader" / "README.md").read_text(encoding="utf-8")
    for part in (
        "seed 2, written",
        "Weights to begin with: step 2 of the plan (seed 1,",
        "the mean of these weights and those of step 2",
        "paragraph: AUROC against near-misses",
        "selqa-dev, keywords: answered",
        "seeds: right passage among the first two",
        "| written |",
        "| 90 |",
    ):
        assert part in card
    measured = json.loads((tmp_path / "reader" / "reader.json").read_text(encoding="utf-8"))["measured"]
    assert {*measured["limits"]} == {*map(str, CAUTIONS), str(measured["caution"])}
    assert [*measured["limits"]] == sorted(measured["limits"], key=int)
    assert measured["questions"]["squad20-a"] == [8, 8, 0]
    assert measured["questions"]["selqa-dev, keywords"][1:] == [0, 0]
    assert 0 < measured["uncertain"] <= 1
    assert str(tmp_path / "reader" / "README.md") in said
    assert json.loads((tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()[-1])["step"] == 4
    files = sorted(file.name for file in (tmp_path / "reader").iterdir())
    assert files == ["README.md", "reader.json", "reader.safetensors"]
    assert MOST_TOKENS == 384
    with (tmp_path / "data" / "train.jsonl").open("r+", encoding="utf-8") as lines:
        kept = lines.readlines()[1:]
        lines.seek(0)
        lines.truncate()
        lines.writelines(kept)
    assert main([*common, "export", *start]) == 1
    assert "make the data again as they were" in capsys.readouterr().err
    assert main([*common, "ablate", *few, *start]) == 0
    assert [(run / TABLE).stat().st_mtime_ns for run in runs] != before  # other examples, other figures
    with pytest.raises(DatasetError, match="no example to train on"):
        Trainer(begin(base.folder, seed=1), RowMaker(open_tokenizer(base.folder)), [], Plan(1, 2, 2))


@pytest.mark.parametrize(
    ("question", "title", "text"),
    [
        ("mill?", "County", ""),
        ("mill? " * 5000, "County", "The mill."),
        ("mill?", "County " * 5000, "The mill."),
        ("mill?", "", "mill " * 5000),
        ("mill?", "", "m" * 50_000),
        ("mi\ud800ll?", "\udfff", "The \udc00 mill.\x00\u202e"),
        ("mill?", "", "\u200b\u200b"),
    ],
    ids=["empty", "long question", "long title", "long sentence", "long word", "surrogates", "invisible"],
)
def test_any_text_is_read(base: ModelFiles, question: str, title: str, text: str) -> None:
    model = begin(base.folder, seed=1)
    examples = [Example(question, title, text, ((0, len(text)),), None, "asked")]
    (reading,) = read(model, maker_of(base), examples)
    assert (reading.sentence, reading.share) == (0, 1.0 if text.strip("\u200b") else 0.0)
    assert isfinite(reading.answered)
    assert model(*tensors(examples, maker_of(base)).inputs).answered.isfinite().all()
    assert read(model, maker_of(base), []) == []
