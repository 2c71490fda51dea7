"""What a text wants that is no question to the documents, by rules that fire on no question to them."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.evaluation.questions import read_questions
from qa.query.intent import LONGEST, Intent, intent_of

ROOT = Path(__file__).parents[1]

SAID = {
    "greeting": ["hi", "Hello!", "hey there", "Good morning", "hello, how are you?", "hi :)", "is anyone there?"],
    "thanks": [
        *("thanks!", "Thank you", "thank you very much for your help.", "Great! Thank you!", "ok thanks", "thx", "ty"),
        *("I see. Thank you!", "Thank you for the information.", "cheers", "no thanks", "I appreciate it"),
    ],
    "noted": [
        "ok",
        "Great,",
        "Thank you. Very interesting.",
        "got it",
        "Good to know.",
        "that's interesting",
        "well done",
    ],
    "goodbye": [
        "bye",
        "Goodbye.",
        "thanks, bye!",
        "ok bye bye",
        "good bye",
        "see you later",
        "that's all for now, thanks. bye",
    ],
    "help": [
        *("help", "Help!", "help me please", "hello, can you please help me?", "please, help! ", "what can you do"),
        *(
            "What can you do?",
            "what can you do for me",
            "hi, what can I ask you?",
            "what can I do here?",
            "who are you?",
        ),
        *("are you a bot?", "how does this work?", "How do I use this?", "what questions can I ask", "what is this?"),
        *(
            "how can you help me?",
            "show me some example questions",
            "What's your name?",
            "what kind of things can I ask",
        ),
    ],
    "list": [
        *("what documents do you have", "Which documents do you have?", "list the documents", "list sources"),
        *("List all documents, please.", "show me the sources", "which sources", "what are your sources?", "documents"),
        *("list everything", "show me what you have", "What is the title of this document?", "what have you indexed?"),
        *("what's in here?", "what is in this folder", "how many documents do you have?", "how many files are there?"),
        *("What files are in the folder?", "which articles have you read?", "what do you have?", "what have you got"),
        *("What data do you have access to?", "what sources are you using", "What is this based on?", "all files"),
        *("can you give me a list of your sources", "where do the answers come from?", "which outlets are there"),
        *("What documents can I ask about?", "give me the titles of the documents", "what does this folder contain?"),
    ],
    "overview": [
        *("What is this document about?", "what is this about", "whats this about?", "What’s this all about?"),
        *("What are these documents about?", "what are the documents about", "tl;dr", "TLDR", "overview", "summarise"),
        *("can you summarise the report?", "Could you please summarize this for me?", "summarize the documents"),
        *("give me an overview", "Give me a short summary of the documents, please", "what are the main topics?"),
        *("what do you know?", "what topics do the documents cover?", "tell me what this is about", "sum it up"),
        *("can you tell me what these documents are about?", "I want a summary", "What's the gist?", "main points"),
        *(
            "tell me about the documents",
            "what can you tell me",
            "what does the article say?",
            "summary in three sentences",
        ),
        *("what is in these files", "what topics are covered", "Can I get a summary of this?", "summarise it briefly"),
    ],
    "author": [
        *("Who is the author?", "who's the author", "who wrote this?", "Who wrote it?", "who wrote this article"),
        *("Who are the authors of these documents?", "Who is the writer of the text?", "who wrote the article?"),
    ],
    "outlet": [
        *("Which outlet published the article?", "who published this?", "What newspaper is this from?"),
        *("where was this article published?", "Who is the publisher?", "what is the source of this article?"),
    ],
    "date": [
        *("When was it published?", "when was this article written?", "What is the publication date?"),
        *("what is the date of this document?", "How old is this document?", "What date is this article from?"),
    ],
}
NAMED = [
    ("summarise the fighting in Mastung", "the fighting in mastung"),
    ("Can you summarize outlook-for-pakistan.md?", "outlook for pakistan md"),
    ("what is “Why ISKP moved into Balochistan” about?", "why iskp moved into balochistan"),
    ("Give me a short overview of Dawn, please", "dawn"),
    ("tell me what the outlook is about", "the outlook"),
    ("What is the video about?", "the video"),
]
ASKED = [
    *(
        "Hi, who leads the PTM?",
        "thanks, and who leads the PTM?",
        "Who said thanks to the BLA?",
        "Why?",
        "And in March?",
    ),
    *("What did the report say about ISKP?", "what are the sources of ISKP's funding?", "list the attacks in Mastung"),
    *("show me the documents about ISKP", "What is the main topic of the video?", "What can you do with a passport?"),
    *(
        "When was it signed?",
        "Which outlet supports the Taliban?",
        "Who published?",
    ),
    *("how many documents were found in the house?", "What documents do you need to enter?"),
    *("What is the page limit?", "How does it work?", "What does it cover?", "Who is this about?", "help for refugees"),
    *("What was this war about?", "What does the Durand Line divide?", "good morning Mastung", "Greetings from whom?"),
    *(
        "What sources does the report name?",
        "Which topics does the video cover?",
        "goodbye to whom?",
        "ISKP",
        "Mastung",
    ),
    *(
        '"what documents do you have"',
        '"What is this about?"',
        "“What is ISKP about?”",
        '"hello"',
        "documents -thanks",
        "What is this about? Who leads the PTM?",
        "overview maps",
    ),
]


CONTENT = [  # of a manual, a report, a town: words of a chat in questions to the documents
    *(
        "What should we do?",
        "What should I do now?",
        "What can we do?",
        "What should I do then?",
        "What could they do?",
    ),
    *("How many books are in the library?", "What does the library contain?", "What is in the database?"),
    *("What data are available?", "What are the studies?", "How many reports are there?", "What is it based on?"),
    *("What are the main findings?", "What are the findings of the report?", "findings", "topic", "point", "contents"),
    *("Which reports are there?", "What is in the archive?", "What does the collection include?", "the articles"),
    *("What is the subject of the report?", "What are the contents of the box?", "How many pages are there?"),
    *("What information is available?", "What should be done?", "What do we do?", "How do we start?", "the point"),
]


@pytest.mark.parametrize("text", CONTENT)
def test_a_question_in_the_words_of_a_chat_stays_a_question(text: str) -> None:
    assert intent_of(text) is None


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in SAID.items() for text in texts])
def test_what_people_say_to_a_chat_is_understood(kind: str, text: str) -> None:
    for written in (text, text.lower(), text.upper(), text.strip(" .!?,"), f"  {text} "):
        found = intent_of(written)
        assert found is not None, written
        assert found.kind == kind, written


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("Who wrote the report?", "author", "the report"),
        ("Who is the author of the attack?", "author", "the attack"),
        ("When was “Why ISKP moved” published?", "date", "why iskp moved"),
        ("Which outlet published ports.md?", "outlet", "ports md"),
    ],
)
def test_whose_author_outlet_or_date_is_asked_for_is_named(text: str, kind: str, name: str) -> None:
    found = intent_of(text)
    assert found is not None
    assert (found.kind, found.name) == (kind, name)


@pytest.mark.parametrize(("text", "name"), NAMED)
def test_what_is_to_be_summarised_is_named(text: str, name: str) -> None:
    assert intent_of(text) == Intent("summary", name)


def test_a_generic_name_is_kept_because_a_document_may_have_it() -> None:
    assert intent_of("Can you summarise the report?") == Intent("overview", "the report")


@pytest.mark.parametrize("text", ASKED)
def test_a_question_to_the_documents_stays_one(text: str) -> None:
    assert intent_of(text) is None


def test_no_question_over_the_seeds_is_taken_for_something_else() -> None:
    questions = [asked.text for asked in read_questions(ROOT / "benchmarks" / "seeds.jsonl")]
    assert len(questions) > 20
    assert [text for text in questions if intent_of(text)] == []


@pytest.mark.parametrize("words", ["good ", "thanks so much ", "the all ", "list of ", "can you please ", "in here "])
def test_no_text_takes_long(words: str) -> None:
    assert intent_of(f"{words * (LONGEST // len(words) - 1)}x") is None
    assert intent_of(f"hi{' ' * LONGEST}") is None
