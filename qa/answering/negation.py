"""Whether a sentence says what a question denies, or denies what it asks for, in the same word."""

from __future__ import annotations

import re
from collections.abc import Iterator

from embeddings.words import is_stop_word, terms, word_spans
from qa.language.lexicon import AUXILIARIES
from qa.language.tokens import listed

_DENIES = re.compile(  # in any way
    r"n['’]t\b|\b(?:not?|never|cannot|nor|neither|none|nobody|nothing|nowhere|without|except|excluding|unlike|instead|"
    r"rather|den(?:y|ies|ied|ying)|(?:refus|reject|fail|lack|avoid|stopp|ceas|abandon|exclud|prevent|prohibit)\w*)\b",
    re.IGNORECASE,
)
_NEAR = 3  # words behind a "not", among which the one stands that it denies
_UNLESS = listed("only just until till unless but because least more less yet always necessarily simply merely")
_EITHER = re.compile(r"\bwhy\b|\bhow come\b|\breasons?\b|\b(?:or|if|whether) not\b", re.IGNORECASE)
_JOINS = listed("if after before because since although that while as until unless")


def is_opposite(question: str, sentence: str) -> bool:
    """Return whether the question says "not hostile" and the sentence "hostile" without any denial, or the other way.

    A question for a reason, and one for yes or no, may be answered by either.
    """
    words = [word for word, _, _ in word_spans(question)]
    if _EITHER.search(question) or not words or words[0].partition("n't")[0] in AUXILIARIES:
        return False
    said = terms(sentence)
    if _DENIES.search(question):
        return any(term in said for term in _denied(question, also="no")) and not _DENIES.search(sentence)
    own = set(terms(question))
    return any(term in own and said.count(term) == 1 for term in _denied(sentence))


def _denied(text: str, also: str = "never") -> Iterator[str]:
    """Yield the term of what each "not" beside an auxiliary denies; none for "not only", "not ... until"."""
    words = word_spans(text)
    for place, (word, _, _) in enumerate(words):
        before, rest = [one for one, _, _ in words[:place]], words[place + 1 :]
        beside = word == "not" and before and before[-1] in AUXILIARIES
        denies = beside or word in ("never", "cannot", also) or word.endswith("n't")
        if not denies or any(one in _UNLESS for one, _, _ in rest) or _JOINS & set(before[1:]):
            continue
        near = next(((one, start) for one, start, _ in rest[:_NEAR] if not is_stop_word(one)), None)
        if near and text[near[1]].islower():
            yield terms(near[0])[0]
