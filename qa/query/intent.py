"""What a text wants that asks nothing of what the documents say: to greet, to see which there are, an overview.

Rules match a text as a whole. Whatever no rule matches is a question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeAlias, cast

from embeddings.words import unaccented

IntentKind: TypeAlias = Literal[
    "greeting", "thanks", "noted", "goodbye", "help", "list", "overview", "summary", "author", "outlet", "date"
]

LONGEST = 300
"""Characters of a text that is looked at: there are titles as long."""

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_QUOTED = re.compile(r"\s*[\"“”„«»][^\"“”„«»]*[\"“”„«»]\s*")  # all of it: who writes so, searches
_OPERATOR = re.compile(r"[\"“”„«»]|(?<!\S)[-−](?=\w)")  # who writes one searches
_WRITTEN = (
    (re.compile(r"\b(what|who|how|that|it|where)'s\b"), r"\1 is"),
    (re.compile(r"\bwhats\b"), "what is"),
    (re.compile(r"\bi'd (?=like)"), "i would "),
    (re.compile(r"\bsummariz(?=e|ing)"), "summaris"),
    (re.compile(r"\btl;?\s?dr\b"), "summary"),
    (re.compile(r"\bp(?:ls|lz)\b"), "please"),
    (re.compile(r"\b(?:thx|thank u|ty)\b"), "thanks"),
)
_TOKEN = re.compile(r"[A-Z]+|[a-z0-9']+|\[|\]\*?|\((?:\?=)?| ")
_SIGNS = {" ": "", "[": "(?:", "(": "(?:", "(?=": "(?=", "]": ")?", "]*": ")*", "NAME": r"((?: \S+)+?)"}

# A line is a rule: [may be left out], [any number of times]*, (one | or another), NAMES stand for what is here.
_PARTS = {
    "ONE": "(document|doc|file|article|paper|report|text|pdf|book|study|page)",
    "MANY": "(documents|docs|files|articles|papers|reports|texts|pdfs|books|studies|pages|sources|materials)",
    "ALL": "(folder|corpus|index)",
    "OURS": "(this|your|my|our) [whole|entire|full]* (folder|corpus|index|collection|archive|library|database|dataset)",
    "FILES": "(documents|docs|files|sources|texts|pdfs)",
    "WHOSE": "[all|each|every] [of] [the|this|that|these|those|your|my|our] "
    "[other|whole|entire|full|attached|uploaded|available|indexed|loaded]*",
    "THINGS": "(this|these|everything|all of (it|this|these|them)|all this|OURS|"
    "WHOSE (ONE|MANY|ALL|content|contents) [of WHOSE (ONE|MANY|ALL)])",
    "HERE": "[are|is|were|there|here|in here|available|included|indexed|loaded|uploaded|searched|in (WHOSE ALL|OURS)]*",
    "YOU": "(do|can|did|have) (you|i|we) [have|got] [access to|see|know|read|search|use|cover|hold|contain|include|"
    "upload|uploaded|add|added|get|find|ask about|ask you about|know about|draw on] [here|now]",
    "USED": "(are you (using|searching|reading|based on)|(is this|are (these|the answers)) [based] (on|from))",
    "BRIEF": "[short|brief|quick|general|concise|executive|rough|simple|small]*",
    "SUMMARY": "[a|an|the|your] BRIEF (summary|overview|synopsis|gist|outline|abstract|recap)",
    "GIVE": "(give me|give us|give|show me|show|provide|write|make|create|i want|i need|i would like|you give me|get)",
    "MAIN": "(main|key|central|most important|major|overall|general)",
    "IT": "(it|this|these|that [ONE]|(this|these|these [all]|each|your) [all|whole] (ONE|MANY)|"
    "[all|each|every] [of] the (article|articles|document|documents|file|files|text|texts|pdf|doc|docs))",
    "PAPER": "(outlet|outlets|newspaper|newspapers|publication|publisher|magazine|website|paper|source)",
    "WRITTEN": "(published|written|issued|released|posted|dated|printed)",
    "POINTS": "(points|ideas|topic|topics|theme|themes|takeaways|gist)",
}
_SMALL_TALK: dict[IntentKind, str] = {
    "greeting": """
        (hi|hiya|hello|hey|howdy|greetings|good (morning|afternoon|evening|day)) [there|all|everyone|again]
        how are you [doing] [today]
        (how is it going|nice to meet you|are you there|is anyone there|anyone there)
    """,
    "thanks": """
        (thanks|many thanks|no thanks|thank you|cheers|much appreciated) [so much|very much|a lot|again]*
            [for (the|your|this|that|all|everything) [the|your] [help|time|information|info|answer|answers|quotes]]
        i appreciate (it|that|this|your help)
    """,
    "goodbye": """
        (bye|goodbye|good night|take care) [for now]
        see (you|ya) [later|soon|tomorrow]
        have a (nice|good|great) (day|evening|weekend|one)
        that is (all|it) [for (now|today)]
        (that will be all|i am done)
    """,
    "noted": """
        (ok|okay|alright|all right|great|perfect|cool|nice|good|excellent|awesome|wow) [job|work|answer]
        (got it|i see|never mind|makes sense|well done|good to know|interesting|very helpful|helpful)
        (that is|very|really|that is (very|really)) (interesting|useful|good to know|great|good|nice)
    """,
}
_ASKED: dict[IntentKind, str] = {
    "help": """
        [i need] help [me]
        (get|getting) started
        how do i (start|begin)
        what [all|else|kind of things|kinds of things] (can|could|do) you (do|ask|help [me] [with]|answer)
            [you|here|for me|with this|about]*
        what [all|else|kind of things|kinds of things] (can|could|should|may) (i|we) ask [you|here|about]*
        what (can|could) (i|we) do (here|with (this|you))
        (what|which|what kind of|what kinds of|what sort of) questions (can|could|do|should|may) (you|i|we) (ask|answer)
            [you|here]*
        (who|what) are you
        what is your (name|purpose|job)
        what are your (capabilities|features|functions)
        what are you (able to do|capable of|for)
        what is this [tool|app|program|site|website|chat|bot|for]
        are you [a|an] [real] (bot|chatbot|robot|ai|human|person|machine|chatgpt|language model)
        how (do|can|should) (i|we|you) (use|ask|search|work) [this|you|here|a question] [tool|chat|app|program]
        how does this [tool|chat|app|program|thing] work
        how can you help [me]
        [show me|give me|what are] [some] (example|sample) questions
    """,
    "list": """
        (list|show [me]|name|enumerate|see|give me|[give me] [a|the] list of)
            WHOSE (MANY|(titles|names) of WHOSE MANY|ONE (list|titles|names)) [that|which] [YOU|you have|HERE]
        (what|which) are WHOSE (FILES|(titles|names) of WHOSE MANY) [that|which] [YOU|you have|HERE]
        [all|my|your|the|which|available] (documents|docs|files|sources)
        (documents|document|files|file|source) list
        (what|which) [kind of|kinds of|other|exact] (MANY|data|outlets|newspapers|publications|information|content)
            (YOU|USED)
        (what|which) [kind of|kinds of|other|exact] (FILES|articles|outlets|newspapers|publications) (are|is) HERE
        how many (MANY|outlets) YOU
        how many FILES are HERE
        what (do you have|have you got) [here|in here|access to]
        what (are you|is this) based on
        (what is|what are|who are) your (source|sources|outlets)
        what is (in|inside) (here|there|WHOSE ALL|OURS)
        what does (WHOSE ALL|OURS) (contain|hold|have|include)
        what is [in] here
        (list|show [me]) everything [YOU|you have|HERE]
        what you have [here|in here]
        what have you (indexed|loaded|read)
        what (is|are) the ([document] title|[document] titles|name|names) [of IT]
        where (do|does) (the|your|this|these) (information|info|data|answer|answers|quotes) come from
        where do you get (the|your|this|these) (information|info|data|answers|quotes) [from]
    """,
    "overview": """
        what (is|are) THINGS [all] about
        what THINGS (is|are) [all] about
        what (does|do) THINGS (say|contain|cover|discuss|describe|deal with|talk about)
        what is in WHOSE (ONE|MANY)
        summarise [THINGS|it|them]
        [GIVE] SUMMARY [(of|for) THINGS]
        sum (up [THINGS|it]|(THINGS|it) up)
        (what is|what are|GIVE) [the] [MAIN] POINTS [(of|in|from) THINGS]
        [the] MAIN POINTS [(of|in|from) THINGS]
        [the] gist [of THINGS]
        what (topics|subjects|themes) (YOU|are (covered|discussed|HERE)|(do|does) THINGS (cover|discuss|address))
        what do you know
        what can you tell me [about THINGS]
        (tell me about|describe|introduce) THINGS
        (what is|what are) the MAIN (point|points|idea|ideas|topic|theme) of THINGS
        how (do|does) THINGS (begin|start)
    """,
    "author": """
        who (is|are|was|were) the (author|authors|writer|writers) [of IT]
        who (wrote|authored) IT
        by whom (is|was|were|are) IT written
    """,
    "outlet": """
        (what|which) PAPER published IT
        (what|which) PAPER (is|was|are|were) IT (from|in|published in|published by)
        (what|which) PAPER (does|do|did) IT (come from|appear in)
        (what|who|which) (is|are) the PAPER of IT
        who (is|was) the publisher
        who published IT
        where (is|was|were|are) IT published
    """,
    "date": """
        when (is|was|were|are) IT WRITTEN
        (what|which) (is|are) the (publication date|date of publication|publication dates|dates) [of IT]
        what is the date of IT
        (what|which) date (is|was|are) IT [from|published]
        how old (is|are) IT
        when did IT (appear|come out)
    """,
}
_OF_ONE: dict[IntentKind, str] = {  # NAMES are of documents, else it is a question
    "summary": """
        (summarise|sum up|[GIVE] SUMMARY (of|for)) NAME
        what (is|are) NAME [all] about
        what NAME (is|are) [all] about
    """,
    "author": """
        who (is|was|are) the (author|authors|writer|writers) of NAME
        who (wrote|authored) NAME
    """,
    "outlet": """
        ((what|which) PAPER|who) published NAME
        where was NAME published
    """,
    "date": """
        when was NAME WRITTEN
        what is the [publication] date of NAME
    """,
}
_BEFORE = """
    (hi|hello|hey) [there]
    (good (morning|afternoon|evening)|please|ok|okay|so|well|now|and|then|just|kindly|thanks|thank you)
    (can|could|would|will) (you|i|we) [please|kindly|just|also] [have|get|see]
    (i want|i would like|i need) [you] to [know|see|get]
    (tell|show) me (?= what| which| how| who| where)
    do you know
"""
_AFTER = """
    (please|thanks|thank you|for me|briefly|in short|in brief|quickly|exactly|overall|again|then|now|today)
    in (a few|few|one|two|three|simple|your own|short|plain) (word|words|sentence|sentences|paragraph|terms|english)
"""


@dataclass(frozen=True, slots=True)
class Intent:
    """What is wanted; ``name`` is what is to be summarised, or whose author, outlet or date is asked for.

    Except of an overview it is wanted only where a document has this name.

    >>> intent_of("Hi, what is this document about?")
    Intent(kind='overview', name='this document')
    >>> intent_of("Who leads the PTM?") is None
    True
    """

    kind: IntentKind
    name: str = ""


def intent_of(text: str) -> Intent | None:
    """Return what is wanted; None for a question to the documents, as is what holds phrases or excluded words."""
    if len(text) > LONGEST or _QUOTED.fullmatch(text):
        return None
    plain = unaccented(text.casefold()).replace("’", "'")
    for pattern, full in _WRITTEN:
        plain = pattern.sub(full, plain)
    words = "".join(f" {word}" for word in _WORD.findall(plain))
    core = _ENDS.sub("", _BEGINS.sub("", words))
    of_one = {kind: match for kind, rule in _NAMED.items() if (match := rule.fullmatch(core))}
    names = {kind: next(filter(None, match.groups())).strip() for kind, match in of_one.items()}
    if not _OPERATOR.search(text) and _KNOWN.issuperset(words.split()):
        said = _said().fullmatch(words)
        if said:
            return Intent(cast("IntentKind", said.lastgroup))
        kind = next((kind for kind, rule in _rules().items() if rule.fullmatch(core)), None)
        if kind:
            return Intent(kind, names.get("summary", "") if kind == "overview" else "")
    return next((Intent(kind, name) for kind, name in names.items()), None)


def _any_of(lines: str) -> str:
    """Return the pattern of some rules, one a line; a line that is indented further goes on with the one before."""
    joined = re.sub(r"\n {9,}", " ", lines)
    return "|".join(_pattern(line.strip()) for line in joined.split("\n") if line.strip())


def _pattern(rule: str) -> str:
    """Return the pattern of a rule; each word takes the space before it."""

    def written(match: re.Match[str]) -> str:
        part = match[0]
        if part in _PARTS:
            return f"(?:{_pattern(_PARTS[part])})"
        return _SIGNS.get(part, rf" {part}(?!\S)")

    return _TOKEN.sub(written, rule)


@cache
def _said() -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(f'(?P<{kind}>{_any_of(lines)})' for kind, lines in _SMALL_TALK.items())})+")


@cache
def _rules() -> dict[IntentKind, re.Pattern[str]]:
    return {kind: re.compile(_any_of(lines)) for kind, lines in _ASKED.items()}


# Of the rules without a name all words are known: where another one stands none matches, and none need be compiled.
_KNOWN = frozenset(
    re.findall(r"[a-z0-9']+", " ".join([*_PARTS.values(), *_SMALL_TALK.values(), *_ASKED.values(), _BEFORE, _AFTER]))
)
_NAMED = {kind: re.compile(_any_of(lines)) for kind, lines in _OF_ONE.items()}
_BEGINS, _ENDS = re.compile(f"^(?:{_any_of(_BEFORE)})+"), re.compile(f"(?:{_any_of(_AFTER)})+$")
