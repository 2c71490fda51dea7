"""The pipeline with a trained reader: answers, probabilities, exact words, refusals, through every door and back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import BagEncoder, WordReader
from jsonschema import Draft202012Validator
from starlette.testclient import TestClient
from test_interfaces import by_mcp, by_rest
from test_reranker import MEASURED
from tiny_models import tiny_cross_encoder, tiny_encoder, tiny_reader

from embeddings.errors import ModelNotFound, ReaderError
from embeddings.index.sync import sync
from qa.answering.answerer import Answerer
from qa.answering.search import find
from qa.answering.setup import Setup
from qa.answering.sources import Sources
from qa.answering.verdict import verdict_of
from qa.export import Conversation, export, quotes_in
from qa.interfaces.cli.main import main
from qa.interfaces.cli.output import print_answer
from qa.interfaces.rest.app import make_api
from qa.library.library import Library
from qa.reading import PassageText, Reading
from qa.reading.choice import ReaderChoice, reader_for
from qa.reading.measured import measured_in
from qa.reading.reranker import RerankingReader
from qa.reading.similarity import SimilarityReader
from qa.reading.trained.files import DESCRIPTION
from qa.retrieval.retriever import Retriever
from qa.types.confidence import Confidence, ReadBy
from qa.types.phrasing import ONE_UNCERTAIN, UNCERTAIN, headline

OPENED = "When was the harbour of Gwadar opened?"
MADE = "2026-01-31T12:00:00+00:00"


@pytest.fixture
def retriever(folder: Path, tmp_path: Path, encoder: BagEncoder) -> Retriever:
    index, report = sync(folder, tmp_path / "index", encoder)
    return Retriever(index, encoder, folder, report, tmp_path / "index")


@pytest.fixture
def answerer(retriever: Retriever) -> Answerer:
    return Answerer(retriever, RerankingReader(WordReader(), MEASURED), Sources(retriever.seeds))


def test_an_answer_has_its_probability_its_exact_words_and_its_confidence(answerer: Answerer, folder: Path) -> None:
    answer = answerer.ask(OPENED)
    (citation,) = answer.citations
    assert citation.quote == "The harbour of Gwadar was opened in 2007."
    assert (citation.probability, citation.exact) == (0.98, "2007")
    assert citation.words is not None
    assert (folder / "harbour.md").read_text(encoding="utf-8")[slice(*citation.words)] == "2007"
    assert answer.probability == 0.98
    assert str(answer.confidence) == "Such a quote was right in about 9 of 10 tests."
    assert answer.reader == ReadBy("words", WordReader.digest, 0.5, 80, 0.5)
    assert len(answer.related) == 4  # five are shown, though all six passages were read


def test_what_answers_is_cited_wherever_the_search_found_it(retriever: Retriever) -> None:
    asked = "dry season dam water Mirani holds Kharan one wells railway Quetta north runs 2007"
    last = retriever.search(asked, 6)[-1]

    class Contrary(WordReader):
        def read(self, question: str, texts: Sequence[PassageText]) -> list[Reading]:
            return super().read(last.passage.text, texts)

    answer = Answerer(retriever, RerankingReader(Contrary(), MEASURED), Sources(retriever.seeds)).ask(asked)
    assert answer.citations[0].source.paragraph.text == last.passage.text


def test_a_refusal_says_how_near_the_nearest_came(answerer: Answerer) -> None:
    answer = answerer.ask("Who governs the harbour near Kandahar?")  # one telling word of four
    assert (answer.verdict, answer.citations) == ("not_in_documents", ())
    assert (answer.probability, answer.confidence) == (0.26, None)
    assert answer.reader is not None
    assert answer.reason.startswith(
        "Searched 6 passages in 3 documents. No passage has the words “Kandahar”, “governs” or “near”. "
    )
    assert len(answer.related) == 5


def test_a_refusal_with_a_file_that_changed_says_to_ask_again(answerer: Answerer, folder: Path) -> None:
    (folder / "harbour.md").write_text("Closed.\n", encoding="utf-8")
    answer = answerer.ask("Who governs the harbour near Kandahar?")
    assert (answer.verdict, answer.changed) == ("not_in_documents", ("harbour.md",))
    assert answer.reason == (
        "Changed since it was indexed and therefore not quoted: harbour.md. Ask again when the index is up to date. "
        "Searched 6 passages in 3 documents."
    )


def test_a_question_may_have_a_caution_of_its_own(answerer: Answerer) -> None:
    two = "Who opened the Gwadar university?"  # two telling words of three: 0.66
    assert answerer.ask(two).verdict == answerer.ask(two, caution=90).verdict == "answered"
    careful = answerer.ask(two, caution=95)
    assert (careful.verdict, careful.probability) == ("not_in_documents", 0.66)
    assert careful.reason.endswith("Other words may find it: see the nearest passages.")
    assert careful.reader == ReadBy("words", WordReader.digest, 0.8, 95, 0.8)
    with pytest.raises(ReaderError, match=r"from 50 to 95, found 99\."):
        answerer.ask(two, caution=99)


def test_what_is_quoted_beside_an_answer_does_not_answer_alone(
    folder: Path, tmp_path: Path, encoder: BagEncoder
) -> None:
    class Second(WordReader):
        def read(self, question: str, texts: Sequence[PassageText]) -> list[Reading]:
            stated = {"harbour.md": 0.5, "port.md": 0.4}
            return [
                replace(one, probability=stated["port.md" if "port" in text.text else "harbour.md"])
                for one, text in zip(super().read(question, texts), texts, strict=True)
            ]

    for file in folder.iterdir():
        file.unlink()
    (folder / "harbour.md").write_text("The harbour of Gwadar was opened in 2007.\n", encoding="utf-8")
    (folder / "port.md").write_text("The port of Gwadar was opened in 2007.\n", encoding="utf-8")
    index, report = sync(folder, tmp_path / "index", encoder)
    answerer = Answerer(Retriever(index, encoder, folder, report), RerankingReader(Second(), MEASURED), Sources(folder))
    assert [one.source.path for one in answerer.ask(OPENED).citations] == ["harbour.md", "port.md"]
    (folder / "harbour.md").write_text("Closed.\n", encoding="utf-8")
    answer = answerer.ask(OPENED)
    assert (answer.verdict, answer.citations) == ("not_in_documents", ())
    assert [one.path for one in answer.related] == ["port.md"]
    assert answer.reason.startswith("Changed since it was indexed and therefore not quoted: harbour.md.")


def test_where_a_file_changed_the_copy_is_quoted_with_its_own_words(
    folder: Path, tmp_path: Path, encoder: BagEncoder
) -> None:
    text = "The harbour of Gwadar was opened in 2007. Ships from China call there."
    (folder / "copy.md").write_text(f"# A longer heading of the copy\n\n{text}\n", encoding="utf-8")
    index, report = sync(folder, tmp_path / "index", encoder)
    retriever = Retriever(index, encoder, folder, report)
    answerer = Answerer(retriever, RerankingReader(WordReader(), MEASURED), Sources(folder))
    before = answerer.ask(OPENED).citations[0]
    assert len(before.also) == 1
    changed = folder / before.source.path
    changed.write_text(changed.read_text(encoding="utf-8") + "\nMore.\n", encoding="utf-8")
    after = answerer.ask(OPENED).citations[0]
    assert (after.source.path, after.also, after.exact) == (before.also[0].path, (), "2007")
    assert after.words != before.words
    assert find(answerer, OPENED, 1).hits[0].citation.exact == "2007"


def test_a_search_is_in_the_readers_order_and_its_points_are_in_the_trace(answerer: Answerer) -> None:
    query = "Was the dam at Mirani opened?"
    found = find(answerer, query, 3)
    assert [hit.citation.probability for hit in found.hits] == [0.74, 0.26, 0.02]
    for hit, value in zip(found.hits, found.to_dict()["hits"], strict=True):
        assert hit.score == pytest.approx(sum(part.points for part in hit.trace.parts), abs=1e-6)
        assert value["trace"]["parts"][-1]["name"] == "reader"
        assert value["probability"] == value["trace"]["parts"][-1]["score"]
    first = found.leads[0]
    assert first is not None
    assert "reader" in dict(first.parts)
    assert find(answerer, query, 2).hits == found.hits[:2]
    assert [hit.trace.parts[-1].name for hit in answerer.retriever.search(query, 1)] != ["reader"]


def test_every_door_gives_the_same_bytes_and_the_schema_describes_them(answerer: Answerer) -> None:
    library = Library(answerer)
    client = TestClient(make_api(library))
    schema = client.get("/api/openapi.json").json()
    for path, body, python in (
        ("ask", {"question": OPENED}, answerer.ask(OPENED)),
        ("ask", {"question": OPENED, "caution": 95}, answerer.ask(OPENED, caution=95)),
        ("ask", {"question": "Who governs Kandahar?"}, answerer.ask("Who governs Kandahar?")),
        ("search", {"query": OPENED, "k": 6}, find(answerer, OPENED, 6)),
    ):
        assert by_rest(library, path, body) == by_mcp(library, path, body) == python.to_json().encode()
        content = schema["paths"][f"/api/{path}"]["post"]["responses"]["200"]["content"]["application/json"]
        validator = Draft202012Validator({**content["schema"], "components": schema["components"]})
        validator.validate(json.loads(python.to_json()))


@pytest.mark.parametrize("caution", [99, 1])
def test_a_caution_that_is_not_to_be_had_is_a_problem_of_the_request(answerer: Answerer, caution: int) -> None:
    client = TestClient(make_api(Library(answerer)))
    refused = client.post("/api/ask", json={"question": OPENED, "caution": caution})
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:x-seeds-qa:reader")
    assert "from 50 to 95" in refused.json()["detail"]
    for wrong in (0, 100, 90.5, "90", True):
        assert client.post("/api/ask", json={"question": OPENED, "caution": wrong}).status_code == 422


def test_without_a_reader_there_is_no_caution_and_nothing_new_but_nulls(retriever: Retriever) -> None:
    answerer = Answerer(retriever, SimilarityReader(None), Sources(retriever.seeds))
    value = answerer.ask(OPENED).to_dict()
    assert {name: value[name] for name in ("probability", "confidence", "reader")} == dict.fromkeys(
        ("probability", "confidence", "reader")
    )
    assert {(citation["probability"], citation["words"]) for citation in value["citations"]} == {(None, None)}
    hits = find(answerer, OPENED, 6).hits
    assert [hit.passage for hit in hits] == [hit.passage for hit in retriever.search(OPENED, 6)]
    with pytest.raises(ReaderError, match="needs a trained reader"):
        answerer.ask(OPENED, caution=90)


def test_every_quote_of_an_answer_comes_back_from_its_export_and_can_be_verified(answerer: Answerer) -> None:
    answers = [answerer.ask(OPENED), answerer.ask("Who governs Kandahar?", caution=95)]
    conversation = Conversation.of(answerer, answers, made=MADE)
    settings = answerer.settings
    assert settings.reader == "words: the probability that the passage answers is at least 0.5 (caution 80)"
    assert settings.reader_digest == WordReader.digest
    for name in ("json", "markdown", "html"):
        written = export(conversation, name)
        assert {quote.problem for quote in quotes_in(written)} == {""}
        assert len(quotes_in(written)) == 1 + 4 + 5
        assert WordReader.digest in written
        assert "Such a quote was right in about 9 of 10 tests" in written
    for name in ("markdown", "html"):
        assert "[1] 0.9800" in export(conversation, name).replace("\\", "")
        assert "[1] “2007”" in export(conversation, name).replace("\\", "")


def test_what_is_printed(answerer: Answerer, capsys: pytest.CaptureFixture[str]) -> None:
    print_answer(answerer.ask(OPENED))
    lines = capsys.readouterr().out.splitlines()
    assert lines[2] == "Such a quote was right in about 9 of 10 tests."
    assert "    (the likeliest words: “2007”)" in lines
    assert "    (probability that this answers: 0.98)" in lines


@pytest.mark.parametrize(
    ("right", "of", "said"),
    [
        (184, 204, "about 9 of 10 tests"),
        (999, 1000, "more than 9 of 10 tests"),
        (1, 1000, "fewer than 1 of 10 tests"),
        (32, 48, "about 7 of 10 tests"),
        (200, 200, "more than 9 of 10 tests"),
        (0, 30, "fewer than 1 of 10 tests"),
    ],
)
def test_what_was_measured_is_said_in_tenths_with_the_numbers_behind_it(right: int, of: int, said: str) -> None:
    confidence = Confidence(right, of, 0.5)
    assert str(confidence) == f"Such a quote was right in {said}."
    assert confidence.counts == f"{right} of {of} test questions whose first quote had a probability from 0.50"


def test_where_none_is_sure_quotes_that_may_answer_are_cited_at_every_door(
    retriever: Retriever, capsys: pytest.CaptureFixture[str]
) -> None:
    reader = RerankingReader(WordReader(), replace(MEASURED, uncertain=0.25))
    answerer = Answerer(retriever, reader, Sources(retriever.seeds))
    answer = answerer.ask("Who governs the harbour near Kandahar?")
    assert (answer.verdict, answer.probability) == ("uncertain", 0.26)
    assert answer.citations[0].probability == 0.26
    assert [one.number for one in answer.citations] == list(range(1, len(answer.citations) + 1))
    assert str(answer.confidence) == "Such a quote was right in about 1 of 10 tests."
    assert (answer.agreements, answer.differences) == ((), ())
    above = headline(answer)
    assert above == (UNCERTAIN if len(answer.citations) > 1 else ONE_UNCERTAIN)
    print_answer(answer)
    assert capsys.readouterr().out.startswith(f"{above}\n\n“")
    assert verdict_of(answer.citations, replace(reader.read_by, uncertain=0.3)) == "not_in_documents"
    conversation = Conversation.of(answerer, [answer], made=MADE)
    for form in ("markdown", "html", "json"):
        text = export(conversation, form)
        assert (above in text) is (form != "json")
        assert {one.problem for one in quotes_in(text)} <= {""}
    assert json.loads(export(conversation, "json"))["answers"][0]["verdict"] == "uncertain"


def test_a_chosen_reader_is_the_one_that_answers(
    retriever: Retriever, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = tiny_encoder(tmp_path / "base")
    monkeypatch.setattr("qa.reading.choice.find_model", lambda: base)
    trained = tiny_reader(base, tmp_path / "trained")
    reader = reader_for(ReaderChoice(str(trained)), retriever.encoder)
    assert (reader.read_by and (reader.read_by.name, reader.read_by.limit)) == ("trained from tiny", 0.6)
    assert reader.measured is None
    with pytest.raises(ReaderError, match=r"no caution \(90\) was measured for the reader trained from tiny"):
        reader_for(ReaderChoice(str(trained), caution=90), retriever.encoder)
    described = json.loads((trained / DESCRIPTION).read_text(encoding="utf-8"))
    described["measured"] = {
        "answered": 0.9,
        "near_miss": 0.1,
        "off_topic": 0.01,
        "caution": 90,
        "limits": {"95": 0.8, "50": 0.2, "90": 0.6},
        "bins": [{"from": 0.5, "right": 150, "of": 200}],
    }
    (trained / DESCRIPTION).write_text(json.dumps(described), encoding="utf-8")
    reader = reader_for(ReaderChoice(str(trained), caution=80), retriever.encoder)
    assert reader.read_by is not None
    assert (reader.read_by.limit, reader.read_by.caution) == (0.5, 80)
    answerer = Answerer.over(retriever, ReaderChoice(str(trained)))
    answerer.load()
    assert 0 <= (answerer.ask(OPENED).probability or -1) <= 1
    theirs = reader_for(ReaderChoice(str(tiny_cross_encoder(tmp_path / "cross"))), retriever.encoder)
    assert theirs.caveat.startswith("No threshold was measured for the reader cross")
    assert isinstance(reader_for(ReaderChoice(none=True), retriever.encoder), SimilarityReader)
    with pytest.raises(ModelNotFound, match="is no folder here"):
        reader_for(ReaderChoice("no/such-reader"), retriever.encoder)


@pytest.mark.parametrize("wrong", [{}, [], None, {"limits": {"90": 2}}, {"bins": 1}])
def test_what_is_no_measurement_is_an_error_and_not_left_out(wrong: object, tmp_path: Path) -> None:
    good: dict[str, object] = {
        "answered": 0.9,
        "near_miss": 0.1,
        "off_topic": 0.0,
        "caution": None,
        "limits": {},
        "bins": [],
    }
    file = tmp_path / DESCRIPTION
    file.write_text(json.dumps({"measured": good}), encoding="utf-8")
    assert measured_in(file) is not None
    file.write_text("{}", encoding="utf-8")
    assert measured_in(file) is None
    value = {**good, **wrong} if isinstance(wrong, dict) and wrong else wrong
    file.write_text(json.dumps({"measured": value}), encoding="utf-8")
    with pytest.raises(ModelNotFound, match='"measured" is not what was measured of a reader'):
        measured_in(file)


def test_the_command_line_chooses(
    folder: Path,
    tmp_path: Path,
    encoder: BagEncoder,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(Setup, "encoder", lambda _: encoder)
    monkeypatch.setattr("qa.reading.choice.open_cross_encoder", lambda name, **_: WordReader(None, name=name))
    place = ["--seeds", str(folder), "--index", str(tmp_path / "index")]
    assert main(["ask", OPENED, "--reader", "theirs", "--json", *place]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["reader"] == {
        "name": "theirs",
        "digest": WordReader.digest,
        "limit": None,
        "caution": None,
        "uncertain": None,
    }
    assert answer["reason"].startswith("No threshold was measured for the reader theirs:")
    assert (answer["probability"], answer["citations"][0]["words"]["start"]) == (None, 51)
    assert main(["ask", OPENED, "--no-reader", "--json", *place]) == 0
    assert json.loads(capsys.readouterr().out)["reader"] is None
    assert main(["search", OPENED, "-k", "1", "--reader", "theirs", "--explain", *place]) == 0
    assert "\n  reader         1   0.980    0.05" in capsys.readouterr().out
    assert main(["ask", OPENED, "--no-reader", "--caution", "90", *place]) == 1
    assert "no reader was asked for, and a caution beside it" in capsys.readouterr().err
    assert main(["ask", OPENED, "--reader", "theirs", "--caution", "90", *place]) == 1
    assert "no caution (90) was measured for the reader theirs" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="2"):
        main(["ask", OPENED, "--no-reader", "--reader", "theirs", *place])
