"""What a language hesitates with, shortens, spells in two ways and counts by: data, so that a language is one entry."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from consistency.core.conventions import numbers, spelled


@dataclass(frozen=True, eq=False)
class Language:
    """``fillers`` are hesitations; ``abbreviations`` one word for another; ``short_forms`` one word for several;
    ``without_mark`` short forms that may lack their apostrophe. ``region`` names two ways to spell, the marked one first;
    ``respelled`` turns the marked one into the other. ``number`` says how many of the first words are one number, and
    which. ``group`` and ``point`` stand inside numbers of digits, ``endings`` behind ordinal ones. A ``dotted`` word's
    dot ends no sentence."""

    name: str
    fillers: frozenset[str]
    number: Callable[[Sequence[str]], tuple[int, str]]
    abbreviations: Mapping[str, str] = field(default_factory=dict)
    short_forms: Mapping[str, str] = field(default_factory=dict)
    without_mark: Mapping[str, str] = field(default_factory=dict)
    money: Mapping[str, str] = field(default_factory=dict)
    region: tuple[str, str] | None = None
    respelled: Sequence[tuple[re.Pattern[str], str]] = ()
    group: str = ","
    point: str = "."
    endings: Sequence[str] = ()
    dotted: frozenset[str] = frozenset()
    long_forms: Sequence[str] = ()

    @cached_property
    def known_long_forms(self) -> frozenset[str]:
        return frozenset([*self.short_forms.values(), *self.long_forms])

    @cached_property
    def digits(self) -> re.Pattern[str]:
        """Currency, a number in digits, and what is written on to it."""
        group, point = re.escape(self.group), re.escape(self.point)
        ordinal = "".join(f"{ending}|" for ending in self.endings)
        return re.compile(rf"([$€£]?)(\d[\d{group}]*(?:{point}\d+)?)(%|{ordinal}[a-z]{{1,3}})?")

    def value(self, digits: str) -> str:
        """The number as any language has it."""
        return digits.replace(self.group, "").replace(self.point, ".")

    def plainly(self, word: str) -> str:
        """The word in the unmarked spelling."""
        for pattern, other in self.respelled:
            word = pattern.sub(other, word)
        return word


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# --- English ---------------------------------------------------------------------------------------------------------

_SHORT = {
    "can't": "can not", "cannot": "can not", "won't": "will not", "shan't": "shall not", "gonna": "going to",
    "wanna": "want to", "gotta": "got to", "kinda": "kind of", "sorta": "sort of", "lemme": "let me", "gimme": "give me",
    "let's": "let us", "dunno": "do not know", "outta": "out of",
}  # fmt: skip
_NOT = "do does did is are was were has have had could would should must need"
_SHORT |= {f"{verb}n't": f"{verb} not" for verb in _NOT.split()}
_SHORT |= {
    f"{who}'{short}": f"{who} {verb}"
    for short, verb, people in (
        ("m", "am", "i"),
        ("re", "are", "you we they who what"),
        ("ve", "have", "i you we they would could should might must"),
        ("ll", "will", "i you he she it we they that there who"),
        ("s", "is", "he she it that what who where there here how"),
    )
    for who in people.split()
}
ENGLISH = Language(
    name="en",
    fillers=_words("um umm uhm uh uhh er erm err ah ahh eh hm hmm hmmm mm mmm mhm ehm em"),
    number=numbers.number_in_words,
    abbreviations={
        "mr": "mister", "dr": "doctor", "vs": "versus", "okay": "ok", "&": "and", "%": "percent", "@": "at", "+": "plus",
        "=": "equals", "alright": "all right", "thru": "through", "tho": "though", "cuz": "because", "mum": "mom",
        "grey": "gray", "programme": "program", "cheque": "check", "tyre": "tire", "ya": "you", "yeh": "yeah",
    },
    short_forms=_SHORT,
    without_mark={
        short.replace("'", ""): long
        for short, long in _SHORT.items()
        if short.endswith(("n't", "'ve", "'m")) and short not in ("can't", "won't", "hadn't")
    },
    money={"dollar": "$", "dollars": "$", "euro": "€", "euros": "€", "pound": "£", "pounds": "£"},
    region=("British", "American"),
    respelled=(
        (re.compile(r"(?<=\w{3})our(?=s?$|ed$|ing$|ful$|ite|able$|er)"), "or"),
        (re.compile(r"(?<=\w{3})([iy])s(?=e[ds]?$|ing$|ation|er)"), r"\1z"),
        (re.compile(r"(?<=\w{2}[bct])re(?=s?$)"), "er"),
        (re.compile(r"(?<=\w{4})ll(?=ed$|ing$|er|or)"), "l"),
        (re.compile(r"(?<=\w{3})ogue(?=s?$)"), "og"),
        (re.compile(r"(?<=\w{3})ence(?=s?$)"), "ense"),
    ),
    endings=("st", "nd", "rd", "th"),
    dotted=_words("mister doctor versus mrs am pm etc"),
    long_forms=("all right",),
)  # fmt: skip

# --- German ----------------------------------------------------------------------------------------------------------

GERMAN = Language(
    name="de",
    fillers=_words("äh ähh ähm ähmm äm öh öhm ehm eh hm hmm hmmm mm mmm mhm"),
    number=spelled.reader(spelled.german),
    abbreviations={
        "dr": "doktor", "prof": "professor", "hr": "herr", "fr": "frau", "nr": "nummer", "str": "strasse", "ca": "circa",
        "bzw": "beziehungsweise", "okay": "ok", "&": "und", "%": "prozent", "+": "plus", "=": "gleich", "nich": "nicht",
        "nen": "einen", "ne": "eine",
    },
    short_forms={
        "z.b": "zum beispiel", "d.h": "das heisst", "u.a": "unter anderem", "usw": "und so weiter", "u.s.w": "und so weiter",
        "geht's": "geht es", "gibt's": "gibt es", "ist's": "ist es", "war's": "war es", "hab's": "habe es",
        "wenn's": "wenn es", "wie's": "wie es", "so'n": "so ein", "so'ne": "so eine",
    },
    without_mark={"gehts": "geht es", "gibts": "gibt es", "wenns": "wenn es", "wies": "wie es", "habs": "habe es"},
    money={"euro": "€", "dollar": "$", "pfund": "£"},
    region=("ß", "ss"),
    respelled=((re.compile("ß"), "ss"),),
    group=".",
    point=",",
    dotted=_words("doktor professor herr frau nummer strasse circa beziehungsweise"),
)  # fmt: skip

# --- Spanish ---------------------------------------------------------------------------------------------------------

SPANISH = Language(
    name="es",
    fillers=_words("eh ehh ehm em emm mm mmm hm hmm ah ahh uh um mhm"),
    number=spelled.reader(spelled.spanish),
    abbreviations={
        "sr": "señor", "sra": "señora", "srta": "señorita", "dr": "doctor", "dra": "doctora", "ud": "usted",
        "uds": "ustedes", "vd": "usted", "vds": "ustedes", "núm": "número", "okay": "ok", "pa": "para", "&": "y",
        "+": "más", "=": "igual",
    },
    short_forms={"p.ej": "por ejemplo", "%": "por ciento", "ee.uu": "estados unidos", "eeuu": "estados unidos"},
    money={"euro": "€", "euros": "€", "dólar": "$", "dólares": "$", "libra": "£", "libras": "£"},
    group=".",
    point=",",
    endings=("º", "ª"),
    dotted=_words("señor señora señorita doctor doctora usted ustedes número etc"),
)  # fmt: skip

# --- French ----------------------------------------------------------------------------------------------------------

FRENCH = Language(
    name="fr",
    fillers=_words("euh euhh heu euhm hum hm hmm mm mmm mhm ah ahh eh"),
    number=spelled.reader(spelled.french),
    abbreviations={
        "mme": "madame", "mlle": "mademoiselle", "mr": "monsieur", "dr": "docteur", "okay": "ok", "&": "et", "+": "plus",
        "=": "égale", "ouais": "oui", "nan": "non",
    },
    short_forms={
        "p.ex": "par exemple", "%": "pour cent", "j'suis": "je suis", "t'es": "tu es", "t'as": "tu as",
        "j'ai": "je ai", "y'a": "il y a", "j'sais": "je sais", "c.-à-d": "c'est à dire", "s.v.p": "s'il vous plaît",
        "svp": "s'il vous plaît",
    },
    money={"euro": "€", "euros": "€", "dollar": "$", "dollars": "$"},
    group=" ",
    point=",",
    endings=("ère", "ème", "er", "re", "e"),
    dotted=_words("monsieur docteur etc"),
)  # fmt: skip

LANGUAGES: Mapping[str, Language] = {one.name: one for one in (ENGLISH, GERMAN, SPANISH, FRENCH)}
