"""Names that documents define, and the questions that are read under another name."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from fakes import BagEncoder

from embeddings.documents.abbreviations import MOST, Alias, Definition, collect, definitions
from embeddings.index.store import load
from embeddings.index.sync import sync
from qa.query.aliases import MEANINGS, Names
from qa.retrieval.retriever import Retriever
from qa.types.filters import Filters


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the Pashtun Tahafuz Movement (PTM) and", [("PTM", "Pashtun Tahafuz Movement")]),
        ("NATO (North Atlantic Treaty Organization) met", [("NATO", "North Atlantic Treaty Organization")]),
        ("Organization of Arab Exporting Countries (OAEC)", [("OAEC", "Organization of Arab Exporting Countries")]),
        ("the Inter-Services Intelligence (ISI, Islamabad)", [("ISI", "Inter-Services Intelligence")]),
        ("caught Ozgur Altun, also known as Abu Yasir At-Turki.", [("Abu Yasir At-Turki", "Ozgur Altun")]),
        ("met John Smith alias Johnny Knife yesterday", [("Johnny Knife", "John Smith")]),
        (
            "the FARABUNDO MARTI NATIONAL LIBERATION FRONT [FMLN] in",
            [("FMLN", "FARABUNDO MARTI NATIONAL LIBERATION FRONT")],
        ),
        ("the Islamic State–Khorasan Province (ISKP)", [("ISKP", "Islamic State–Khorasan Province")]),
        ("the Tehrik-i-Taliban Pakistan (TTP)", [("TTP", "Tehrik-i-Taliban Pakistan")]),
        ("THE ARMY [APPROXIMATELY 30] AND APPROXIMATELY 30 OF THEM (ARMY)", []),
        ("THE CENTRAL UNION (UNO), SOCIALIST (SI)", []),
        ("He (not she) came. In 2014 (May) it rained (see page 5).", []),
        ("see our toolkit https://x.example/sdk (SDK)", []),
    ],
)
def test_definitions_are_found(text: str, found: list[tuple[str, str]]) -> None:
    assert definitions(text) == [Alias(*pair) for pair in found]


@pytest.mark.parametrize("unit", ["(AB ", "(AB) ", "[", "also known as A ", "Aa Bb also known as Cc ", "A, "])
def test_a_flood_of_brackets_and_other_names_is_looked_at_for_seconds_not_minutes(unit: str) -> None:
    began = time.process_time()
    definitions(unit * (4_000_000 // len(unit)))
    assert time.process_time() - began < 20  # of the last but one each took 150 millionths, without an end


def test_each_alias_is_collected_once_with_its_documents() -> None:
    texts = [("a", "Big Red Bus (BRB) ... Big Red Bus (BRB)"), ("b", "no"), ("c", "a Big Red Bus (BRB)")]
    assert collect(texts) == (Definition(Alias("BRB", "Big Red Bus"), ("a", "c")),)


def changed(question: str, *known: tuple[str, str, str]) -> list[tuple[str, frozenset[str] | None]]:
    table = [Definition(Alias(short, long), (document,)) for short, long, document in known]
    return [(variant.text, variant.documents) for variant in Names(table).variants(question)]


def test_a_name_is_exchanged_both_ways() -> None:
    ptm = ("PTM", "Pashtun Tahafuz Movement", "a")
    assert changed("Who leads the PTM?", ptm) == [("Who leads the Pashtun Tahafuz Movement?", None)]
    assert changed("Who leads the pashtun tahafuz movement?", ptm) == [("Who leads the PTM?", None)]
    assert changed("What is the PTM, the Pashtun Tahafuz Movement?", ptm) == []
    assert changed("Who leads the BYC?", ptm) == []


def test_a_stop_word_is_no_abbreviation_unless_written_like_it() -> None:
    who = ("WHO", "World Health Organization", "a")
    assert changed("who leads it?", who) == []
    mir = ("MIR", "Movement of the Revolutionary Left", "a")
    assert changed("Who kidnapped Juan Mir?", mir) == []
    safe = ("SAFE", "Secure Automated File Exchange", "a")
    assert changed("What is a safe room?", safe) == []
    assert changed("What is SAFE?", safe) == [("What is Secure Automated File Exchange?", None)]
    assert changed("what is iskp?", ("ISKP", "Khorasan Province", "a")) == [("what is Khorasan Province?", None)]
    assert changed("What does the WHO say?", who) == [("What does the World Health Organization say?", None)]


def test_two_meanings_are_kept_apart_by_document() -> None:
    two = [("BLA", "Baloch Liberation Army", "a"), ("BLA", "Bangsamoro Legal Aid", "b")]
    assert changed("Who leads the BLA?", *two) == [
        ("Who leads the Baloch Liberation Army?", frozenset({"a"})),
        ("Who leads the Bangsamoro Legal Aid?", frozenset({"b"})),
    ]
    usual = [(*two[0][:2], str(number)) for number in range(9)]
    every, other = Names(
        [Definition(Alias(*two[0][:2]), tuple(name for *_, name in usual)), Definition(Alias(*two[1][:2]), ("b",))]
    ).variants("Who leads the BLA?")
    assert (every.documents, every.elsewhere) == (None, frozenset({"b"}))
    assert (other.documents, other.elsewhere) == (frozenset({"b"}), frozenset("012345678"))
    spelled = [("PTSD", "Post-traumatic stress disorder", "a"), ("PTSD", "posttraumatic stress disorders", "b")]
    assert changed("What is PTSD?", *spelled) == [("What is Post-traumatic stress disorder?", None)]
    front = ("FMLN", "Farabundo Marti National Liberation Front", "b")
    noisy = [("FMLN", "Farabundo Marti National Liberatoin Front", "a"), front, ("FMLN", front[1], "c"), front]
    assert changed("Is it the FMLN?", *noisy) == [("Is it the Farabundo Marti National Liberatoin Front?", None)]


def test_a_paragraph_with_the_other_name_only_is_found(tmp_path: Path, encoder: BagEncoder) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    text = (
        "Rallies were held by the Green Harbour Movement (GHM) in spring and it was peaceful.\n\n"
        "Farah Khan leads the GHM since the split of last year.\n\n"
        "The movement of ships in the green harbour was slow all day.\n"
    )
    (folder / "a.txt").write_text(text, encoding="utf-8")
    index, _ = sync(folder, tmp_path / "index", encoder)
    assert (
        load(tmp_path / "index").aliases
        == index.aliases
        == (Definition(Alias("GHM", "Green Harbour Movement"), (index.corpus.documents[0].id,)),)
    )
    retriever = Retriever(index, encoder, folder)
    long, short = (
        retriever.search(question, 3) for question in ("Who leads the Green Harbour Movement?", "Who leads the GHM?")
    )
    assert 2 in [hit.passage.number for hit in long[:2]]
    assert short[0].passage.number == 2
    assert long[0].trace.aliases == ("GHM = Green Harbour Movement, from a.txt",)
    assert {hit.passage.number: hit.trace.asked_as for hit in long} == {1: "", 2: "Who leads the GHM?", 3: ""}
    assert {hit.trace.asked_as for hit in short} == {""}  # the first passage has both names
    headed = retriever.search("Who is at the head of the Green Harbour Movement?", 3)  # no passage says "head"
    covered = {hit.passage.number: hit.trace.sentences[0].coverage for hit in headed}
    assert covered[2] == pytest.approx(covered[1])  # whichever name stands there
    assert covered[3] < covered[2]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Hamid Karzai also known as\n\nThe Second Heading", []),
        ("Ozgur Altun, also known\nas Abu Yasir", [("Abu Yasir", "Ozgur Altun")]),
        (
            "the man Omar al Baghdadi alias Abu Bakr of the Mountains went",
            [("Abu Bakr of the Mountains", "Omar al Baghdadi")],
        ),
        ("Who alias Foo. This is an alias Bar.", []),
        ("ACGT" * 20_000, []),
        ("中" * 20_000 + " alias " + "中" * 20_000, []),
        ("alias " * 20_000, []),
    ],
)
def test_other_names(text: str, found: list[tuple[str, str]]) -> None:
    assert definitions(text) == [Alias(*pair) for pair in found]


def test_a_document_defines_so_many_names_at_most() -> None:
    text = " ".join(f"The Alpha{number} Beta{number} (AB) met." for number in range(MOST + 500))
    assert len(definitions(text)) == MOST


def test_an_abbreviation_of_too_many_meanings_stands_for_nothing() -> None:
    many = [("AB", f"Alpha{number} Beta", "a") for number in range(MEANINGS + 1)]
    assert changed("Who leads the AB?", *many[:2]) != []
    assert changed("Who leads the AB?", *many) == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("American Medical Association", "African Medical Association", False),
        ("National Party of Niger", "National Party of Nigeria", False),
        ("Eastern Command", "Western Command", False),
        ("Baloch Liberation Army", "Baloch Liberatoin Army", True),
        ("Baloch Liberation Army", "the Baloch Liberation Army of Balochistan", True),
    ],
)
def test_what_is_one_meaning(one: str, other: str, *, same: bool) -> None:
    found = Names([Definition(Alias("XYZ", one), ("a",)), Definition(Alias("XYZ", other), ("b",))]).variants("the XYZ?")
    assert len(found) == (1 if same else 2)


def test_a_possessive_is_kept_and_what_most_documents_define_comes_first() -> None:
    odd, usual = Definition(Alias("PTM", "Pink Tiger Movie"), ("a",)), Alias("PTM", "Pashtun Tahafuz Movement")
    found = Names([odd, Definition(usual, ("b", "c"))]).variants("Who is the PTM's leader?")
    assert [variant.text for variant in found] == [
        "Who is the Pashtun Tahafuz Movement's leader?",
        "Who is the Pink Tiger Movie's leader?",
    ]


def searching(place: Path, encoder: BagEncoder, **texts: str) -> Retriever:
    folder = place / "documents"
    folder.mkdir()
    for name, text in texts.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    return Retriever(sync(folder, place / "index", encoder)[0], encoder, folder)


def test_a_filter_changes_no_score_where_names_are_defined(tmp_path: Path, encoder: BagEncoder) -> None:
    retriever = searching(
        tmp_path,
        encoder,
        a="---\noutlet: Dawn\n---\nThe Pashtun Tahafuz Movement (PTM) rallied.",
        b="---\noutlet: Dawn\n---\nFish in rain.",
        p="---\noutlet: Post\n---\nPTM PTM PTM.",
        q="---\noutlet: Post\n---\nPTM again.",
    )
    question = "Pashtun Tahafuz Movement"
    every = {hit.citation.source.path: hit.score for hit in retriever.search(question, 4)}
    some = {
        hit.citation.source.path: hit.score for hit in retriever.search(question, 4, filters=Filters(outlet="Dawn"))
    }
    assert some == {path: every[path] for path in ("a.md", "b.md")}


def test_an_abbreviation_that_is_a_word_counts_as_it_is_written(tmp_path: Path, encoder: BagEncoder) -> None:
    retriever = searching(
        tmp_path,
        encoder,
        a="The Islamic State (IS) has fighters.",
        b="A spokesman is certain that the Islamic State executed prisoners.",
        c="It is raining in the hills.",
    )
    hit = retriever.search("Where has IS executed prisoners?", 1)[0]
    assert hit.citation.source.path == "b.md"
    assert {part.name: part.score for part in hit.trace.parts}["coverage"] == pytest.approx(1.0)
    assert hit.trace.aliases == ("IS = Islamic State, from a.md",)
