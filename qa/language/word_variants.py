"""Words that stand for each other: a country and its people, "St" and "Saint", "leave" and "left", "US" and America."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence

from embeddings.words import is_ordinary_word, is_stop_word, unaccented
from qa.language.names import LINKS
from qa.language.tokens import listed

__all__ = ["akin", "also_called", "folded", "may_be_people", "pieces", "squeezed", "stands_as", "written_in"]

_STEM = 4  # letters that are left of a country's name at least
_ENDINGS = ("i", "n", "an", "ian", "ean", "ese", "ish", "istan")
_OF_A_COUNTRY = re.compile(r"\w{3,}(?:ish|ian|ean|ese|can|i)s?")
_MEN = ("man", "men", "woman", "women")
_PEOPLES = [  # those that the endings do not give
    listed(words)
    for line in (
        "afghanistan afghan afghani|america american us usa|argentina argentine argentinian|australia aussie",
        "azerbaijan azerbaijani azeri|bahamas bahamian|balochistan baluchistan baloch baluch balochi baluchi",
        "bangladesh bangladeshi bengali bengal|barbados barbadian bajan",
        "belarus belarusian belarussian byelorussian|belgium belgian|bosnia bosnian bosniak",
        "botswana motswana batswana|brazil brasil brazilian|brittany breton|britain british briton uk",
        "bulgaria bulgarian bulgar|burkina burkinabe|burma myanmar burmese|carthage carthaginian|catalonia catalan",
        "chechnya chechen|comoros comorian|congo congolese zaire zairian|croatia croatian croat|cyprus cypriot",
        "czechia czech czechoslovakia|denmark danish dane|england english|eswatini swazi swaziland",
        "emirates emirati uae|europe european eu|finland finnish finn|flanders flemish fleming|france french",
        "germany german|greece greek hellenic|honduras honduran|hungary hungarian magyar",
        "iran iranian persia persian|iraq iraqi|ireland irish|ivory ivoire ivorian|kazakhstan kazakh",
        "kiribati gilbertese|kosovo kosovar kosovan|kurdistan kurdish kurd|kyrgyzstan kyrgyz kirghiz",
        "laos lao laotian|lebanon lebanese|lesotho basotho mosotho|lombardy lombard",
        "luxembourg luxembourgish luxembourger|madagascar malagasy|malaysia malaysian malay malaya",
        "maldives maldivian|mauritius mauritian|mexico mexican|monaco monegasque|mongolia mongolian mongol",
        "montenegro montenegrin|morocco moroccan|mozambique mozambican|naples neapolitan|nepal nepali nepalese",
        "netherlands dutch holland|niger nigerien|normandy norman|norway norwegian|panama panamanian|peru peruvian",
        "philippines philippine filipino filipina pinoy|poland polish pole|portugal portuguese|rome roman",
        "salvador salvadoran salvadorean|saxony saxon|scotland scottish scot|serbia serbian serb",
        "seychelles seychellois|slovakia slovak slovakian|slovenia slovenian slovene|somalia somali somaliland",
        "soviet ussr|spain spanish spaniard|sweden swedish swede|switzerland swiss|tatarstan tatar|thailand thai",
        "togo togolese|troy trojan|turkey turkiye turkish turk|tuscany tuscan|venice venetian|vietnam vietnamese",
        "wales welsh|xinjiang uyghur uighur|athens athenian",
    )
    for words in line.split("|")
]
_OF_PEOPLES = frozenset().union(*_PEOPLES)
_ALIKE = [
    listed(words)
    for line in (
        "st saint|mt mount|ft fort|dr doctor|mr mister|qaeda qaida|quran koran|hezbollah hizbullah hizballah",
        "muhammad mohammad mohammed muhammed|kiev kyiv|ii two 2 second|iii three 3 third|iv four 4 fourth",
        "v five 5 fifth|vi six 6 sixth|i one 1 first|leave left|shoot shot|shake shook|think thought|win won",
        "rise rose|feel felt|bear bore born|break broke|bend bent|bind bound|bite bit|drink drunk|go gone",
        "grind ground|lay laid|ring rung|slay slew|spell spelt|wind wound|person people|wife wives|life lives",
        "leaf leaves|thief thieves|half halves|shelf shelves|basis bases|bad worse|far further|old eldest",
        "belief believe|datum data",
    )
    for words in line.split("|")
]
_NAMES = [
    [tuple(name.split()) for name in line.split("|")]
    for line in (
        "us|usa|united states|united states america",
        "uk|united kingdom|britain|great britain",
        "eu|european union",
        "un|united nations",
        "uae|united arab emirates",
        "ussr|soviet union",
        "saudi|saudi arabia",
        "drc|dr congo|democratic republic congo",
    )
]


def akin(word: str) -> list[str]:
    """A plain word, and what may stand for it: of a country its people, of a verb a form that is also another word.

    Some of these are other words altogether.
    """
    person = next((word.removesuffix(end) for end in _MEN if word.endswith(end)), word)
    known = {word, word.removesuffix("s"), person}
    others = {other for words in (*_PEOPLES, *_ALIKE) if known & words for other in words}
    others |= {f"{other}{end}" for other in others if other.endswith(("ch", "sh")) for end in _MEN}
    if len(word) >= _STEM:
        stem = word[:-1] if word[-1] in "aeoy" else word
        others |= {f"{base}{ending}" for base in (word, stem) for ending in _ENDINGS}
        others |= {word.removesuffix(ending) for ending in _ENDINGS if len(word) - len(ending) >= _STEM}
        others |= {f"{word.removesuffix(ending)}a" for ending in _ENDINGS if len(word) - len(ending) >= _STEM - 1}
    return [word, *sorted(others - {word})]


def may_be_people(word: str) -> bool:
    """Whether a plain word may be that of a country's people, though written with a small letter: turkish."""
    return _OF_A_COUNTRY.fullmatch(word) is not None or word.removesuffix("s") in _OF_PEOPLES


def also_called(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The words of a name with "United States" for "US" and the like."""
    for names in _NAMES:
        for name in names:
            for place in range(len(words) - len(name) + 1):
                if tuple(words[place : place + len(name)]) == name:
                    yield from (
                        (*words[:place], *other, *words[place + len(name) :]) for other in names if other != name
                    )


_SINGLE = dict(zip("łŁøØđĐðÐħĦı", "lLoOdDdDhHi", strict=True))


_LETTERS = str.maketrans({**_SINGLE, "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "þ": "th", "Þ": "Th", "ß": "ss"})


_SILENT = re.compile("[\u00ad\u02b0-\u02ff\u200b-\u200f\u2060-\u2064\ufeff]")  # inside a word: hyphens unseen, ʿ, ʻ


_APART = "|".join(sorted(LINKS | {"e", "i", "o", "the"}))  # may stand between two words of a name


_INSIDE = r"[-‐‑.'’‘`\s]{0,2}"  # F-16, U. S., You Tube, Sana'a


_ANEW = re.compile(r"(?<![-‐‑.])\s(.)")  # what begins behind a space alone


_BETWEEN = rf"(?:['’]s?)?[\W_]*(?:(?:{_APART})[\W_]+)*"


_LONGEST = 40  # letters of a word that is looked for in pieces


_INITIALS = 6  # letters that an abbreviation with a point after each may have


def folded(text: str) -> str:
    """A text without the accents and the unseen signs of its words; Latin letters as plain ones."""
    return text if text.isascii() else _SILENT.sub("", unaccented(text)).translate(_LETTERS)


def squeezed(word: str) -> str:
    """The letters and digits of a word, folded and small: "sanaa" of "Sana'a"."""
    return "".join(filter(str.isalnum, folded(word).casefold()))


def pieces(word: str) -> Iterator[tuple[str, ...]]:
    """What a squeezed word may have been divided into by a sign or a space: two parts, or its letters.

    A stop word is not looked for; it divides only what is no other word: "to", "ronto", but not "he", "rat".
    """
    for place in range(1, len(word) if len(word) <= _LONGEST else 0):
        parts = word[:place], word[place:]
        sought = tuple(part for part in parts if not is_stop_word(part))
        if len(sought) == 2 or (sought and not is_ordinary_word(sought[0])):
            yield sought
    letters = tuple(letter for letter in word if not is_stop_word(letter))
    if 1 < len(word) <= _INITIALS and letters:
        yield letters


def written_in(words: Sequence[str]) -> re.Pattern[str]:
    """Finds plain words, one after the other, in a folded text; each is a group."""
    groups = [f"({_INSIDE.join(map(re.escape, squeezed(word) or word))})" for word in words]
    return re.compile(rf"(?<![^\W_]){_BETWEEN.join(groups)}(?:['’]?s)?(?![^\W_])", re.IGNORECASE)


def stands_as(words: Sequence[str]) -> Callable[[str], bool]:
    """Whether a name stands in a text; a word of the dictionary is a part of it only with a capital."""
    pattern = written_in(words)
    ordinary = [is_ordinary_word(word) for word in words]

    def stands(text: str) -> bool:
        plain = folded(text)
        return any(
            all(_is_name(written, capital=word) for written, word in zip(match.groups(), ordinary, strict=True))
            and not _goes_on(plain[match.end() : match.end() + 1])
            for match in pattern.finditer(plain)
        )

    return stands


def _is_name(written: str, *, capital: bool) -> bool:
    """Whether a word is written as one of a name: "You Tube", but not "I ran" for Iran."""
    return (not capital or any(map(str.isupper, written))) and not any(map(str.islower, _ANEW.findall(written)))


def _goes_on(sign: str) -> bool:
    return sign != "" and unicodedata.category(sign).startswith("M")
