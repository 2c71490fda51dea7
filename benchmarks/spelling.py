"""Misspelt names: how many are asked as the documents spell them, and how many absent names are bent into another.

    QA_DATA=folder python -m benchmarks.spelling

Prints one line for each change and one for absent names, with examples. The names are those of the questions of
``squad20-a``, one letter of one word changed by chance (fixed seed); absent are the names of other sets' questions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from random import Random

from benchmarks.beir import data_folder, index_rows, read_lines
from benchmarks.shared import SharedEncoder, default_cache
from embeddings.encoding.encoder import open_encoder
from embeddings.words import terms, word_spans
from qa.answering.no_answer.spelling import Speller
from qa.language.names import named

CORPUS, OTHERS = "squad20-a", ("onestopqa-a", "selqa-dev", "tydi-en-dev", "tydi-en-train", "timeqa-human-train")
EVERY = 5  # question
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def misspelt(word: str, random: Random) -> Iterator[tuple[str, str]]:
    """Yield a word with a letter behind its first replaced, left out, doubled, and exchanged with the next."""
    place = random.randrange(1, len(word) - 1)
    other = random.choice([letter for letter in LETTERS if letter != word[place].lower()])
    yield "replaced", f"{word[:place]}{other}{word[place + 1 :]}"
    yield "left out", f"{word[:place]}{word[place + 1 :]}"
    yield "doubled", f"{word[: place + 1]}{word[place:]}"
    if word[place] != word[place + 1]:
        yield "exchanged", f"{word[:place]}{word[place + 1]}{word[place]}{word[place + 2 :]}"


def main() -> None:
    """Ask for the spellings and print what comes of it."""
    index = index_rows(
        read_lines(data_folder(CORPUS) / "corpus.jsonl"), SharedEncoder(open_encoder(), default_cache(), CORPUS)
    )
    speller, random = Speller(index), Random(1)  # noqa: S311 - no secret
    counts, bent = Counter[tuple[str, str]](), list[str]()
    for row in read_lines(data_folder(CORPUS) / "queries.jsonl")[::EVERY]:
        text = row["text"]
        names = [text[one.start : one.end] for one in named(text)]
        spans = [(start, end) for word, start, end in word_spans(text) if len(word) >= 4 and word.isalpha()]
        spans = [span for span in spans if any(text[slice(*span)] in name for name in names)]
        if not spans:
            continue
        start, end = random.choice(spans)
        for kind, word in misspelt(text[start:end], random):
            found = speller.spelling(f"{text[:start]}{word}{text[end:]}")
            right = found is not None and terms(found.question) == terms(text)
            counts[kind, "right" if right else "none" if found is None else "wrong"] += 1
            if found is not None and not right:
                print(f"{text[start:end]}: {', '.join(found.typed)} -> {', '.join(found.meant)}")
    for kind in ("replaced", "left out", "doubled", "exchanged"):
        print(kind, {said: counts[kind, said] for said in ("right", "none", "wrong")})
    asked = [row["text"] for name in OTHERS for row in read_lines(data_folder(name) / "queries.jsonl")[::EVERY]]
    for text in asked:
        found = speller.spelling(text)
        if found is not None:
            bent.append(f"{', '.join(found.typed)} -> {', '.join(found.meant)} in {text}")
    print(f"of {len(asked)} questions to other documents {len(bent)} are bent")
    print("\n".join(bent))


if __name__ == "__main__":
    main()
