"""Why a hit stands where it stands: words found and missing, the best sentence, the lead over the next."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import BagEncoder

from embeddings.index.sync import sync
from qa.answering.search import _unchanged
from qa.answering.sources import Sources
from qa.interfaces.cli.output import print_explanation, print_hit
from qa.retrieval.explanation import Lead, best_sentence, explained, in_words, leads
from qa.retrieval.fusion import WEIGHTS
from qa.retrieval.retriever import Retriever
from qa.types.hits import Hit

TEXT = """# The green harbour

Rallies were held by the Green Harbour Movement (GHM) in spring.

Farah Khan leads the GHM since the split. It was founded on 3 Nov. 2019.

Nobody led the Green Harbour Movement before.

Ships in the bay are slow today, and they were slow all week.
"""


@pytest.fixture
def retriever(tmp_path: Path, encoder: BagEncoder) -> Retriever:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "a.md").write_text(TEXT, encoding="utf-8")
    (folder / "b.txt").write_text("A river runs down from the hills to the plain below.\n", encoding="utf-8")
    return Retriever(sync(folder, tmp_path / "index", encoder)[0], encoder, folder)


def words_at(retriever: Retriever, question: str) -> dict[tuple[str, int], tuple[tuple[str, ...], tuple[str, ...]]]:
    hits = retriever.search(question, 10)
    assert len(hits) == 5
    return {
        (hit.citation.source.path, hit.passage.number): (hit.trace.matched, hit.trace.missing)
        for hit in hits
    }  # fmt: skip


def test_words_are_found_in_any_form_and_given_as_they_were_written(retriever: Retriever) -> None:
    words = words_at(retriever, "Who's LEADING the ship's movements? The ships!")
    assert words["a.md", 1] == (("movements",), ("LEADING", "ship's", "ships"))
    assert words["a.md", 2] == (("LEADING",), ("ship's", "movements", "ships"))
    assert words["a.md", 3] == (("LEADING", "movements"), ("ship's", "ships"))
    assert words["a.md", 4] == (("ship's", "ships"), ("LEADING", "movements"))
    assert words["b.txt", 1] == ((), ("LEADING", "ship's", "movements", "ships"))


def test_words_of_the_heading_count_and_months_are_written_out(retriever: Retriever) -> None:
    words = words_at(retriever, "harbour in november 2019")
    assert words["a.md", 4] == (("harbour",), ("november", "2019"))
    assert words["a.md", 2] == (("harbour", "november", "2019"), ())


def test_a_name_is_found_under_its_other_name(retriever: Retriever) -> None:
    short = words_at(retriever, "Who leads the GHM?")
    assert short["a.md", 1] == (("GHM",), ("leads",))
    assert short["a.md", 2] == (("leads", "GHM"), ())
    assert short["a.md", 3] == (("leads", "GHM"), ())
    assert short["a.md", 4] == ((), ("leads", "GHM"))
    long = words_at(retriever, "Who leads the Green Harbour Movement?")
    assert long["a.md", 2] == (("leads", "Green", "Harbour", "Movement"), ())
    assert long["a.md", 4] == (("Green", "Harbour"), ("leads", "Movement"))
    assert long["b.txt", 1] == ((), ("leads", "Green", "Harbour", "Movement"))


def test_only_stop_words_are_words_too(retriever: Retriever) -> None:
    assert words_at(retriever, "What was before?")["a.md", 3] == ((), ("What", "was", "before"))


def test_words_that_are_left_out_or_quoted_are_no_part_of_it(retriever: Retriever) -> None:
    (hit,) = retriever.search('"Green Harbour Movement" nobody -rallies', 1)
    assert (hit.trace.matched, hit.trace.missing) == (("Green", "Harbour", "Movement", "nobody"), ())


def test_the_lead_is_the_difference_of_the_points(retriever: Retriever) -> None:
    hits = retriever.search("Who leads the GHM since the split?", 5)
    found = leads(hits)
    assert found[-1] is None
    for hit, following, lead in zip(hits, hits[1:], found, strict=False):
        assert lead is not None
        assert lead.points == hit.score - following.score >= 0
        assert sum(points for _, points in lead.parts) == pytest.approx(lead.points, abs=1e-12)
        assert {name for name, _ in lead.parts} == set(WEIGHTS)
        sizes = [abs(points) for _, points in lead.parts]
        assert sizes == sorted(sizes, reverse=True)
    assert (leads([]), leads(hits[:1])) == ([], [None])


def test_the_lead_in_words() -> None:
    lead = Lead(0.12, (("words", 0.1), ("proximity", 0.05), ("passage", -0.03), ("coverage", 0.0004)))
    assert in_words(lead) == "0.120 above the next: words +0.100, proximity +0.050, passage −0.030"
    assert in_words(Lead(0.0, (("words", 0.01), ("passage", -0.01)))) == (
        "level with the next: words +0.010, passage −0.010"
    )
    assert in_words(Lead(0.0, (("words", 0.0),))) == "level with the next: no part differs"


def test_a_hit_for_json_has_all_of_it(retriever: Retriever) -> None:
    first, second = retriever.search("Farah Khan leads the GHM since the split", 2)
    value = explained(first, leads([first, second])[0])
    assert list(value)[-1] == "trace"
    trace = value["trace"]
    assert list(trace) == ["parts", "matched", "missing", "sentences", "aliases", "best", "above_next"]
    assert [part["name"] for part in trace["parts"]] == list(WEIGHTS)
    assert [part["weight"] for part in trace["parts"]] == list(WEIGHTS.values())
    assert trace["matched"] == ["Farah", "Khan", "leads", "GHM", "since", "split"]
    best = TEXT.index("Farah")
    assert trace["best"] == {"start": best, "end": best + len("Farah Khan leads the GHM since the split.")}
    assert [list(sentence) for sentence in trace["sentences"]] == [
        ["start", "end", "text", "similarity", "coverage", "share"]
    ] * 2
    assert trace["above_next"]["points"] == first.score - second.score
    assert trace["aliases"] == ["GHM = Green Harbour Movement, from a.md"]
    assert explained(second, None)["trace"]["above_next"] is None
    assert first.to_dict()["trace"] == {name: trace[name] for name in list(trace)[:5]}


def test_nothing_of_a_file_that_changed_is_in_the_trace(tmp_path: Path, encoder: BagEncoder) -> None:
    folder = tmp_path / "two"
    folder.mkdir()
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text("Wells in Kharan are dry.\n", encoding="utf-8")
    retriever = Retriever(sync(folder, tmp_path / "i", encoder)[0], encoder, folder)
    hits = retriever.search("wells in Kharan", 2)
    assert [(hit.citation.source.path, hit.also[0].path) for hit in hits] == [("a.txt", "b.txt")]
    assert _unchanged(hits, Sources(folder)) == (hits, {})
    (folder / "a.txt").write_text("Wells in Kharan are full.\n", encoding="utf-8")
    (hit,), changed = _unchanged(hits, Sources(folder))
    assert (hit.citation.source.path, hit.also, changed) == ("b.txt", (), {"a.txt": False})
    assert (hit.trace.sentences, best_sentence(hit)) == ((), None)
    assert explained(hit, None)["trace"]["best"] is None


def printed(hit: Hit, lead: Lead | None, capsys: pytest.CaptureFixture[str]) -> list[str]:
    print_hit(hit)
    print_explanation(hit, lead)
    return capsys.readouterr().out.splitlines()


def test_what_is_printed(retriever: Retriever, capsys: pytest.CaptureFixture[str]) -> None:
    hits = retriever.search("Does Farah Khan lead the GHM and the boats?", 2)
    lines = printed(hits[0], leads(hits)[0], capsys)
    assert lines[0].startswith("[1] The green harbour, ¶ 2 (a.md)  score ")
    assert lines[2] == "  part        rank   score  weight  points"
    assert [line.split()[0] for line in lines[3:8]] == list(WEIGHTS)
    coverage = hits[0].trace.parts[-1]
    assert lines[7].split() == [
        *("coverage", "1", f"{coverage.score:.3f}", f"{WEIGHTS['coverage']:.2f}", f"{coverage.points:.3f}")
    ]
    assert lines[8:10] == ["  words found: Farah, Khan, lead, GHM", "  words missing: boats"]
    best = best_sentence(hits[0])
    assert best is not None
    assert lines[10] == (
        "  best sentence: “Farah Khan leads the GHM since the split.” "
        f"(similarity {best.similarity:.3f}, coverage {best.coverage:.3f})"
    )
    assert " above the next: " in lines[11]
    assert len(lines) == 12
    assert "  best sentence: all of it" in "\n".join(printed(hits[1], None, capsys))


def test_a_document_cannot_forge_an_explanation(
    tmp_path: Path, encoder: BagEncoder, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, forged = tmp_path / "forged", "Zorblax.\n  words found: all\n  9.000 above the next: words +9.000\n"
    folder.mkdir()
    (folder / "a.txt").write_text(forged, encoding="utf-8")
    retriever = Retriever(sync(folder, tmp_path / "i", encoder)[0], encoder, folder)
    (hit,) = retriever.search("Zorblax", 1)
    lines = printed(hit, None, capsys)
    assert [line for line in lines if line.startswith("  words found")] == ["  words found: Zorblax"]
    assert not [line for line in lines if line.startswith("  9.000")]
