"""What people say around what they want: greetings, please and thanks, emoji, the numbers and bullets of a list."""

import re

from storage.text import fold

_EMOJI = re.compile(
    r":[a-z+\-][a-z0-9_+'-]*:(?::skin-tone-\d:)?|"
    "[\u231a\u231b\u23e9-\u23f3\u2600-\u27bf\u2b05-\u2b55\u3030\u303d\ufe0e\ufe0f\u200d\u20e3\U0001f000-\U0001faff\U000e0020-\U000e007f]"
)
_BEFORE = frozenset(
    fold(
        "please pls plz hi hello hey could can may might i i'd i’d we we'd we’d would like need needs want get "
        "have order buy send bring give gimme let me us some to you just also more hej hejsan hallå tjena snälla "
        "jag vi behöver skulle vilja vill ha kan du ni få beställ beställa köp köpa skicka några mig oss mer "
        "gärna hallo moin servus ich wir brauche brauchen bräuchte bräuchten möchte möchten hätte hätten gern "
        "gerne bitte will wollen kann könnte könnten können bekomme bekommen haben bestell bestelle bestellen "
        "kauf kaufe kaufen schick schicke einige mir uns mal noch mehr hola buenas quiero queremos quisiera "
        "quisiéramos querría querríamos necesito necesitamos me nos hace hacen falta faltan puedes podrías pueden "
        "podemos puedo pedir pide pídeme pidan por favor porfa unos unas envíeme envíame compra comprar comprad "
        "pon ponme manda mándame más"
    ).split()
)
_HELLOS = re.compile(
    r"^[\s¡¿]*(?:good\s(?:morning|afternoon|evening|day)|guten\s(?:morgen|tag|abend)|god\s(?:morgon|dag|kväll)|"
    r"buen(?:os|as)\s(?:días|dias|tardes|noches))\b[\s,.!]*",
    re.IGNORECASE,
)
_EVERYBODY = frozenset(
    fold("all team everyone everybody there alla allihopa zusammen alle alles todos todas equipo").split()
)
_AFTER = re.compile(
    r"(?:^|[\s,;.!]+)(?:please|pls|plz|thanks(?:\sa\slot)?|thank\syou(?:\sso\smuch)?|many\sthanks|thx|cheers|asap|if\spossible|"
    r"haben|bekommen|kriegen|tack(?:\sså\smycket|\spå\sförhand)?|snälla|bitte(?:\sschön)?|danke(?:\sschön|schön|\svielmals)?|vielen\sdank|"
    r"(?:por|x)\s?fa(?:vor)?|porfis|(?:muchas\s)?gracias|"
    r"(?:for|für|för|till|åt|para)\s(?:me|us|mich|uns|mig|oss|mi|mí|nosotros|nosotras))[\s.!?]*$",
    re.IGNORECASE,
)
_MARKS = re.compile(r"[?!¡¿]+\s*$")
_BULLET = re.compile(r"^(?:[-–—*+•▪‣◦]|\[[ xX]?\])\s+")
_LIST_NUMBER = re.compile(r"(?:^|(?<=[\s;,]))(?P<number>\d{1,2})(?:\.\)|[.)])\s+(?=\S)")


def without_emoji(text: str) -> str:
    """ "☕ 2 coffee :pray:" -> "2 coffee"."""
    return re.sub(r"[ \t]{2,}", " ", _EMOJI.sub(" ", text)).strip(" \t")


def without_courtesy(text: str) -> str:
    """ "hola, me hacen falta 3 bolis porfa" -> "3 bolis": what is wanted, without hello, please and thank you."""
    words = _HELLOS.sub("", _MARKS.sub("", text.strip(" \t,;¡¿"))).split()
    while len(words) > 1 and fold(words[0]).strip(",.!:¡¿") in _BEFORE:
        words = words[1:]
    found, before = " ".join(words), ""
    while found != before:
        before, found = found, _MARKS.sub("", _AFTER.sub("", found)).strip(" \t,;")
    return found


def is_courtesy(text: str) -> bool:
    """Whether nothing is said but hello, please or thank you."""
    left = without_courtesy(without_emoji(text))
    words = [fold(word).strip(",.!:¡¿") for word in left.split()]
    return all(word in _BEFORE or word in _EVERYBODY for word in words)


def is_asking(text: str) -> bool:
    """Whether words ask for something: "I need pens", "me hacen falta bolis"."""
    first = (_HELLOS.sub("", text.strip(" \t,;¡¿")).split() or [""])[0]
    return fold(first).strip(",.!:¡¿") in _BEFORE


def lines_of_list(text: str) -> str:
    """ "1. coffee 2. pens" -> one a line, without their numbers: those of a list, which count from 1 on."""
    marks = list(_LIST_NUMBER.finditer(text))
    if not marks or [int(one["number"]) for one in marks] != list(range(1, len(marks) + 1)):
        return text
    for mark in reversed(marks):
        text = f"{text[: mark.start()].rstrip()}\n{text[mark.end() :]}"
    return text.strip()


def without_bullet(line: str) -> str:
    return _BULLET.sub("", line.strip()).strip()
