"""When two texts say the same: word for word, but for typography, an agency's line, and the words "the" and "that".

A text is reduced to its wording, and texts of equal wording say the same, so that each of a group is alike to all the
others. Nothing is judged by the share of equal words: a name, a digit or a "not" is a small share of a paragraph and
may be all of its meaning. docs/decisions/retrieval.md has examples.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from embeddings.documents.corpus import Corpus
from embeddings.types import Document, Passage, Sentence
from embeddings.words import MONTH_ABBREVIATIONS, MONTHS
from qa.language.lexicon import WEEKDAYS

Sketch: TypeAlias = tuple[int, ...]
Wording: TypeAlias = tuple[str, ...]

_AGENCY = (
    "(?:(?:Thomson )?Reuters|REUTERS|(?:The )?Associated Press|Agence France-Presse|AFP|AP|UPI|EFE|dpa|DPA|PTI|ANI|IANS"
    "|APP|PPI|INP|NNI|TASS|Xinhua|XINHUA|IRNA|Bloomberg|VOA|RFE/RL)"
)
_DASH = "[-\u2010-\u2015\u2212]"
_PLACE = r"[^\W\d_a-z]{2}[^\n()\[\]a-z]{0,40}(?:,[^\n()\[\]]{0,40})?"  # KABUL, Afghanistan, Aug 15
_DATELINE = re.compile(rf"\W*(?P<place>{_PLACE})?[(\[]{_AGENCY}[)\]]\s*{_DASH}+\s*")
_CREDIT = re.compile(rf"\s*(?:{_DASH}+\s*{_AGENCY}|[(\[]{_AGENCY}[)\]])[\s.]*\Z")  # … said. — AFP
_MAY_BE_AGENCY = re.compile("[-(\\[\u2010-\u2015\u2212]")  # asked first: it is quick
_DATELINE_WITHIN, _CREDIT_WITHIN = 120, 40  # characters from the beginning, and from the end

# Words that lean on the day a text was written.
_RELATIVE = re.compile(
    r"\b(?:today|yesterday|tomorrow|tonight|overnight|ago|last|next|past|(?:up|forth)?coming|now|soon|earlier|later"
    r"|lately|latest|(?:previous|current|recent)(?:ly)?|this\s+(?:morning|afternoon|evening|day|night|week|weekend|month"
    r"|quarter|year|spring|summer|autumn|fall|winter)"
    r"|(?:in|within)\s+(?:[\w-]+\s+){1,3}(?:hour|day|night|week|month|year)s?)\b"
)
_DAYS = [name[:3] for name in WEEKDAYS]
_WEEKDAY = re.compile(rf"\b({'|'.join(_DAYS)})(?:s|nes|rs|ur)?(?:day)?\b")
_NAME = f"(?:{'|'.join((*MONTHS, *MONTH_ABBREVIATIONS))})"
_MONTH = re.compile(rf"\b{_NAME}\b")
_ORDINAL = re.compile(  # "the 15th"; with a month it is a date
    rf"\b(?P<month>{_NAME}\.?\s+(?:the\s+)?)?\d{{1,2}}(?:st|nd|rd|th)\b(?!\s+(?:of\s+)?{_NAME}\b)"
)
_YEAR = re.compile(r"(?:1[89]|20)\d\d(?!\d)")
_ENGLISH = re.compile(r"\bthe\b")  # a text without it may be of a language that these lists do not know

_LETTERS = re.compile(r"[^\W\d_]+")
_UNSEEN = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")  # soft hyphens, joiners, directions
_APOSTROPHE = re.compile("[\u2018\u2019\u201b\u02bc\u00b4`]")
_HYPHEN = re.compile("[\u2010-\u2013\u2212]")
_ABBREVIATED = re.compile(
    r"\.(?:(?<=\b[^\W\d_]\.)|(?<=\b(?:Mr|Ms|Dr|Lt|St)\.)|(?<=\b(?:Mrs|Gen|Col|Maj|Sgt|Sen|Rep|Gov)\.)"
    r"|(?<=\b(?:Capt|Prof)\.))"
)
_ARTICLE = re.compile(r"\b(?:[Tt]he|THE|[Tt]hat|THAT)\b(?!['-])")
_NOT = re.compile(r"\b[Nn](?:ot?|OT?)\b")  # "not able" is not "notable"
_BEFORE_LETTER = re.compile(r"(?:\A\W*|(?<=\w)\W+)[^\W\d_]")  # no run of signs is read twice
_BEGINS = re.compile(r"[^\w\s,'-]\s|\s[^\w\s,']")  # what stands before the first word of a sentence
_LINE_END = re.compile(r"(?<=[^\W\d_]-)[^\S\n]*\n\s*(?=[^\W\d_])")
_QUIET = r".,;:!\u2026\"\u201c-\u201f\u00ab\u00bb\u2039\u203a()\[\]{}\u2022\u00b7\u060c\u061b\u06d4\u0964\u3001\u3002*_"
_GAP = re.compile(rf"(\d)([{_QUIET}'-]*\s[\s{_QUIET}'-]*|[{_QUIET}'-]{{2,}})(?=\d)")
_POINT = re.compile(r"\.(?=\d)(?<![\w.]\.)")
_MINUS = re.compile(r"-(?=\d)(?<![\w)\]]-)")
_NOTHING = re.compile(r"(?<=\w)-(?=\w)(?<!\b[rR]e-)(?:(?<!\d-)|(?!\d))")  # not between digits; not in "re-sign"
_SPACE = re.compile(rf"[{_QUIET}](?:(?<!\d.)|(?!\d))|'(?:(?<!\w')|(?!\w))|(?<!\w)-|-(?!\w)")
_OF_A_CLAUSE = (  # "No, one died" is not "No one died", nor "However, much was lost" what "However much" is
    "no|not|yes|never|none|nobody|nothing|only|well|however|still|once|now|then|so|too|even|just|yet|right|alone|indeed"
)
_PAUSE = re.compile(rf"\b({_OF_A_CLAUSE})\b(?=(?:\s*[{_QUIET}]|\s+['-])\W*\w)", re.IGNORECASE)
_COUNTED = "bdmpwy12\u0631\u0646\u0645"  # not of "the" and "that", nor of ligatures


@dataclass(frozen=True, slots=True)
class DuplicateGroup:
    """Places in a ranking, from 0, of passages that say the same: the one that is shown, and the others, best first."""

    shown: int
    others: tuple[int, ...] = ()


def wording_of(document: Document, passage: Passage, sentence: Sentence | None = None) -> Wording:
    """Return the wording of a passage, or of a sentence of it, under its heading and on its document's day."""
    above = [heading for heading in document.headings if heading.start < passage.start]
    own = bool(above) and above[-1].level > 1 and passage.heading != document.title
    text = passage.text if sentence is None else sentence.text
    return wording(text, written=document.metadata.date, heading=passage.heading if own else "")


def wording(text: str, *, written: str | None = None, heading: str = "") -> Wording:
    """Return what must be equal for two texts to say the same.

    ``written`` is the day of the document, as ISO 8601: it counts where the text has a day that only this tells, such
    as "yesterday". ``heading`` is that of a section, and counts always; a title does not, for each copy has its own.
    """
    place, body = _parted(text)
    lower = body.lower()
    day = _day(lower, written) if written and _ENGLISH.search(lower) else written or ""
    return _plain(body), _plain(place), day, _plain(heading)


def sketch(text: str) -> Sketch:
    """Count some letters and digits, which is quick: texts of equal wording have equal ones."""
    lower = _parted(text)[1].lower()
    return tuple(map(lower.count, _COUNTED))


def _parted(text: str) -> tuple[str, str]:
    """Return place and date of an agency's dateline, and what it stands before, without the agency's credit behind."""
    dateline = _DATELINE.match(text) if _MAY_BE_AGENCY.search(text, 0, _DATELINE_WITHIN) else None
    start = dateline.end() if dateline else 0
    last = max(start, len(text) - _CREDIT_WITHIN)
    credit = _CREDIT.search(text, last) if _MAY_BE_AGENCY.search(text, last) else None
    place = dateline["place"] if dateline else None
    return place or "", text[start : credit.start() if credit else None]


def _day(lower: str, written: str) -> str:
    """Return the part of the writing day that dates events: all of it, the days its weekdays were, the year."""
    if _RELATIVE.search(lower) or any(not ordinal["month"] for ordinal in _ORDINAL.finditer(lower)):
        return written
    if weekdays := _WEEKDAY.findall(lower):
        try:
            day = date.fromisoformat(written)
        except ValueError:  # only a month or a year is known
            return written
        since = ((day.weekday() - _DAYS.index(name)) % 7 for name in weekdays)
        return " ".join(str(day - timedelta(days=days)) for days in since)
    return written[:4] if _MONTH.search(lower) and not _YEAR.search(lower) else ""


def _plain(text: str) -> str:
    """Return the words with a space between, numbers and "not" apart; a capital is small where a sentence begins."""
    if not text.isascii():
        if not unicodedata.is_normalized("NFKC", text):
            text = _LETTERS.sub(_without_ligatures, unicodedata.normalize("NFC", text))
        text = _HYPHEN.sub("-", _UNSEEN.sub("", text)).replace("\u2014", " - ").replace("\u2015", " - ")
    text = _LINE_END.sub("", _APOSTROPHE.sub("'", text))
    text = _ARTICLE.sub("", _ABBREVIATED.sub("", text))
    text = _PAUSE.sub(r"\1|", text)
    text = _NOT.sub(r"|\g<0>|", _BEFORE_LETTER.sub(_begun, text))
    text = _GAP.sub(lambda gap: gap[1] + ("-" if "-" in gap[2] else "|"), _POINT.sub("0.", text))
    return " ".join(_SPACE.sub(" ", _NOTHING.sub("", _MINUS.sub("\u2212", text))).split())


def _begun(match: re.Match[str]) -> str:
    """Return a letter and the signs before it, small where a sentence begins."""
    return match[0].lower() if match.start() == 0 or _BEGINS.search(match[0]) else match[0]


def _without_ligatures(letters: re.Match[str]) -> str:
    """Return plain letters for ligatures, but no plain digits: "10²" must not become "102"."""
    return "".join(unicodedata.normalize("NFKC", sign) if sign.isalpha() else sign for sign in letters[0])


def label_duplicates(corpus: Corpus, rows: npt.NDArray[np.int64]) -> list[Hashable]:
    """Return a label for the passage of each row, equal for two that say the same and only for those."""
    drafts = [sketch(text) for text in corpus.passage_texts(rows)]
    often = Counter(drafts)
    return [
        draft if often[draft] == 1 else wording_of(corpus.document_of(row), corpus.passage(row))
        for row, draft in zip(rows.tolist(), drafts, strict=True)
    ]


def group_duplicates(
    labelled: Sequence[Hashable], documents: Sequence[int], *, per_document: int | None = None
) -> Iterator[DuplicateGroup]:
    """Walk down a ranking, given the label and the document of each place, and give one group of each label.

    A group is shown by its best place of which the document was not yet shown ``per_document`` times; where there is
    none it is passed over. Its others are all its other places, so that what comes first does not depend on how much is
    taken.
    """
    members: defaultdict[Hashable, list[int]] = defaultdict(list)
    for place, label in enumerate(labelled):
        members[label].append(place)
    shown: set[Hashable] = set()
    taken: Counter[int] = Counter()
    for place, (label, document) in enumerate(zip(labelled, documents, strict=True)):
        if label in shown or (per_document is not None and taken[document] >= per_document):
            continue
        shown.add(label)
        taken[document] += 1
        yield DuplicateGroup(place, tuple(other for other in members[label] if other != place))
