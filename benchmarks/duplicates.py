"""The duplicates by a share of equal words, against the duplicates by `qa.retrieval.duplicates`.

    QA_DATA=folder python -m benchmarks.duplicates

Data: the corpora of ``muc34`` (news reports), ``mtrag-un-dev`` (government pages) and ``squad11-train`` (Wikipedia).
Printed are all pairs of passages of at least TEN words that share at least SHARE of their words (Jaccard similarity of
the sets of words, without case), and of those that are kept apart, what differs.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import pairwise

from benchmarks.beir import data_folder, read_lines
from qa.retrieval.duplicates import wording

SETS = ("muc34", "mtrag-un-dev", "squad11-train")
SHARE, TEN = 0.9, 10
COMMON = 60  # word pairs that more passages have are not looked up
WORD = re.compile(r"[^\W_]+(?:[.,:'’/-][^\W_]+)*")


def main() -> None:
    """Print the pairs of each set."""
    for name in SETS:
        texts = [row["text"] for row in read_lines(data_folder(name) / "corpus.jsonl")]
        found = list(pairs(texts))
        apart = [(one, other) for one, other in found if wording(texts[one]) != wording(texts[other])]
        print(f"{name}: {len(texts)} passages, {len(found)} pairs, {len(found) - len(apart)} say the same")
        for one, other in apart:
            print(f"  {difference(texts[one], texts[other])}")


def pairs(texts: list[str]) -> Iterator[tuple[int, int]]:
    """Return rows of the passages that share enough words."""
    words = [WORD.findall(text.casefold()) for text in texts]
    holders: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for row, own in enumerate(words):
        for neighbours in set(pairwise(own)) if len(own) >= TEN else ():
            holders[neighbours].append(row)
    met: Counter[tuple[int, int]] = Counter()
    for rows in holders.values():
        if len(rows) <= COMMON:
            met.update((one, other) for place, other in enumerate(rows) for one in rows[:place])
    for one, other in sorted(met):
        first, second = set(words[one]), set(words[other])
        if len(first & second) >= SHARE * len(first | second):
            yield one, other


def difference(one: str, other: str) -> str:
    """Return what stands in one and not in the other, in order."""
    first, second = WORD.findall(one), WORD.findall(other)
    steps = SequenceMatcher(None, first, second, autojunk=False).get_opcodes()
    said = [(" ".join(first[a:b])[:60], " ".join(second[c:d])[:60]) for what, a, b, c, d in steps if what != "equal"]
    return "; ".join(f"{old or '–'} / {new or '–'}" for old, new in said) or "only capitals or signs"


if __name__ == "__main__":
    main()
