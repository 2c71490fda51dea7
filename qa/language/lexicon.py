"""Word lists of English that several rules share, in small letters; months and the links of names are in `words`."""

from __future__ import annotations

from embeddings.words import MONTHS
from qa.language.tokens import listed

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CALENDAR = frozenset((*MONTHS, *WEEKDAYS))

AUXILIARIES = listed(
    "is are was were am be been do does did has have had can could will would shall should may might must"
)
QUESTION_WORDS = listed("who whom whose when where which what why how")

TITLES = listed(
    "mr mrs ms dr sir lord lady general gen colonel col major maj captain capt lieutenant lt sergeant commander "
    "admiral brigadier marshal president prime minister chief king queen prince princess sheikh sheik mullah maulana "
    "mawlawi maulvi molvi imam ayatollah haji hajji sayed syed senator sen governor gov professor prof judge justice "
    "amir emir vice deputy former the chairman leader spokesman director secretary emperor pope saint st"
)
"""Before the name of a person."""

INSTITUTIONS = listed(
    "party movement army front force forces group council government ministry university college school company bank "
    "agency department office court church association organisation organization committee commission union league "
    "club team foundation institute authority police program programme project act agreement treaty war album song "
    "film book series show festival award awards city town village district province state county country river valley "
    "road street park port airport station museum library hospital service services system"
)
"""What has a name and is no person."""

LIGHT_WORDS = listed("take took taken place occur occurred happen happens happened exist existed exactly")
"""They say that something was, not what."""

UNINFORMATIVE = LIGHT_WORDS | listed(
    "please thank thanks hi hello hey sorry ok okay yes question article interesting information tell explain want "
    "need like help i'm i'd i've it's that's mean able got think aware ahead entire whenever never maybe somewhere "
    "besides regarding many much else long often far"
)
"""They say nothing of what a question is about."""
