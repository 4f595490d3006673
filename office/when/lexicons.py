"""Words of time, one table a language: what a phrase means, in the terms of the grammar. A fifth language is one more.

A line names tokens ("tomorrow", "part:morning", "unit:week", several of them with spaces between) and the phrases that
mean them. Phrases are compared without accents and case, the longest first.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from office.when.feasts import names
from storage.text import fold

Meaning = tuple[str, ...]


@dataclass(frozen=True)
class Lexicon:
    """One language. `weekdays` are Monday first and `months` January first, each with its other forms after "|".

    `next_is_next_week`: "next Friday" is that of next week, and not the coming one. `half_is_to`: "half three" is half
    past two. `plural_weekdays`: forms that mean every one of them, such as "Mondays". `ordinal_dot`: "27." is the 27th,
    and "10.12" a date.
    """

    phrases: Mapping[str, str]
    weekdays: tuple[str, ...]
    plural_weekdays: tuple[str, ...]
    months: tuple[str, ...]
    numbers: tuple[str, ...]
    ordinals: tuple[str, ...]
    next_is_next_week: bool = True
    half_is_to: bool = False
    ordinal_dot: bool = False


ENGLISH = Lexicon(
    phrases={
        "today": "today",
        "tomorrow": "tomorrow|tmrw|tomorow|tommorow",
        "overmorrow": "day after tomorrow|overmorrow",
        "yesterday": "yesterday",
        "part:morning": "morning|in the morning|first thing|first thing in the morning",
        "part:noon": "noon|midday|lunchtime|at lunch",
        "part:afternoon": "afternoon|in the afternoon",
        "part:evening": "evening|in the evening",
        "part:night": "night|at night",
        "part:midnight": "midnight",
        "today part:tonight": "tonight|this evening",
        "today part:afternoon": "this afternoon",
        "today part:morning": "this morning",
        "eod": "end of day|end of the day|eod|close of business|cob",
        "at": "at|around|about",
        "on": "on",
        "by": "by|before|due|no later than|at the latest",
        "in": "in|within",
        "for": "for",
        "from": "from|starting|starting from|starting on|beginning|as of|between",
        "to": "to|through|thru",
        "until": "until|till|til|up to",
        "this": "this",
        "next": "next|following",
        "coming": "coming|upcoming",
        "last": "last|final",
        "every": "every|each",
        "every other": "every other",
        "freq:day": "daily",
        "freq:week": "weekly",
        "freq:month": "monthly",
        "freq:year": "yearly|annually",
        "freq:quarter": "quarterly",
        "every other unit:week": "fortnightly|biweekly",
        "unit:minute": "minutes|minute|mins|min|m",
        "unit:hour": "hours|hour|hrs|hr|h",
        "unit:day": "days|day|d",
        "unit:week": "weeks|week|wks|wk|w",
        "unit:month": "months|month",
        "unit:year": "years|year|yrs|yr",
        "unit:workday": "weekday|working day|business day|workday|work day",
        "workdays": "weekdays|working days|business days|workdays|work days",
        "unit:workhour": "working hours|working hour|business hours",
        "weekend": "weekend|the weekend|weekends",
        "quarter": "quarter",
        "half": "half",
        "length:30": "half an hour|half hour|a half hour",
        "length:15": "quarter of an hour|a quarter of an hour",
        "length:90": "an hour and a half|one and a half hours|hour and a half",
        "number:2": "a couple of|couple of",
        "number:2 unit:week": "a fortnight|fortnight",
        "past": "past|after",
        "oclock": "o'clock|oclock|o’clock",
        "am": "am|a.m",
        "pm": "pm|p.m",
        "number:1": "a|an",
        "and": "and",
        "of": "of",
        "the": "the",
        "end": "end of|the end of|end",
        "start": "start of|the start of|beginning of|the beginning of",
        "times": "times|time|x",
        "ago": "ago",
        "from_now": "from now|from today",
        "skip_holidays": "except holidays|except on holidays|not on holidays|skip holidays|skipping holidays",
        "all_day": "all day|whole day|the whole day",
    },
    weekdays=("monday|mon", "tuesday|tue|tues", "wednesday|wed", "thursday|thu|thur|thurs", "friday|fri",
              "saturday|sat", "sunday|sun"),
    plural_weekdays=("mondays", "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays", "sundays"),
    months=("january|jan", "february|feb", "march|mar", "april|apr", "may", "june|jun", "july|jul", "august|aug",
            "september|sep|sept", "october|oct", "november|nov", "december|dec"),
    numbers=("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    ordinals=("", "first", "second", "third", "fourth", "fifth"),
)  # fmt: skip

SWEDISH = Lexicon(
    phrases={
        "today": "idag|i dag",
        "tomorrow": "imorgon|i morgon|imorrn|i morrn",
        "overmorrow": "övermorgon|i övermorgon",
        "yesterday": "igår|i går",
        "part:morning": "morgon|morgonen|på morgonen|bitti",
        "part:forenoon": "förmiddag|förmiddagen|på förmiddagen|fm|f.m",
        "part:noon": "vid lunch|på lunchen|mitt på dagen",
        "part:afternoon": "eftermiddag|eftermiddagen|på eftermiddagen|em|e.m",
        "part:evening": "kväll|kvällen|på kvällen",
        "part:night": "natt|natten|på natten",
        "part:midnight": "midnatt",
        "today part:tonight": "ikväll|i kväll",
        "today part:night": "inatt|i natt",
        "today part:afternoon": "i eftermiddag|idag eftermiddag",
        "today part:morning": "i morse",
        "eod": "slutet av dagen|dagens slut|arbetsdagens slut",
        "at": "kl|klockan|vid",
        "on": "på",
        "by": "senast|före|innan",
        "in": "om|inom",
        "in_or_for": "i",
        "for": "under",
        "from": "från|från och med|fr.o.m|med start|mellan|med början",
        "until": "till|till och med|t.o.m|tom|fram till|tills",
        "this": "denna|detta|den här|det här",
        "next": "nästa",
        "coming": "kommande|nu på",
        "last": "sista",
        "every": "varje|var|vart|alla",
        "every other": "varannan|vartannat",
        "freq:day": "dagligen",
        "freq:week": "veckovis",
        "freq:month": "månadsvis|månatligen",
        "freq:year": "årligen",
        "freq:quarter": "kvartalsvis|varje kvartal",
        "unit:minute": "minuter|minut|min|m",
        "unit:hour": "timmar|timme|tim|h",
        "unit:day": "dagar|dag|dagen|d",
        "unit:week": "veckor|vecka|veckan|v",
        "unit:month": "månader|månad|månaden",
        "unit:year": "år|året",
        "unit:workday": "vardag|arbetsdag|vardagen|arbetsdagen",
        "workdays": "vardagar|arbetsdagar|vardagarna|arbetsdagarna",
        "unit:workhour": "arbetstimmar|arbetstimme",
        "weekend": "helg|helgen|helger|helgerna",
        "quarter": "kvart",
        "half": "halv",
        "length:30": "halvtimme|en halvtimme|halv timme|en halv timme",
        "length:15": "en kvart",
        "length:45": "tre kvart|trekvart",
        "length:90": "en och en halv timme|halvannan timme",
        "past": "över",
        "and": "och",
        "the": "den|det",
        "of": "av",
        "end": "slutet av|slutet på",
        "start": "början av|början på",
        "times": "gånger|gång",
        "ago": "sedan",
        "skip_holidays": "utom helgdagar|inte på helgdagar|ej helgdagar|utom på helgdagar",
        "all_day": "hela dagen",
    },
    weekdays=("måndag|måndagen|mån", "tisdag|tisdagen|tis", "onsdag|onsdagen|ons", "torsdag|torsdagen|tors|tor",
              "fredag|fredagen|fre", "lördag|lördagen|lör", "söndag|söndagen|sön"),
    plural_weekdays=("måndagar|måndagarna", "tisdagar|tisdagarna", "onsdagar|onsdagarna", "torsdagar|torsdagarna",
                     "fredagar|fredagarna", "lördagar|lördagarna", "söndagar|söndagarna"),
    months=("januari|jan", "februari|feb", "mars|mar", "april|apr", "maj", "juni|jun", "juli|jul", "augusti|aug",
            "september|sep|sept", "oktober|okt", "november|nov", "december|dec"),
    numbers=("", "en|ett", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv"),
    ordinals=("", "första|förste", "andra|andre", "tredje", "fjärde", "femte"),
    half_is_to=True,
)  # fmt: skip

GERMAN = Lexicon(
    phrases={
        "today": "heute",
        "tomorrow": "morgen",
        "overmorrow": "übermorgen",
        "yesterday": "gestern",
        "part:morning": "früh|morgens|am morgen|in der früh|frühmorgens",
        "part:forenoon": "vormittag|vormittags|am vormittag",
        "part:noon": "mittag|mittags|am mittag",
        "part:afternoon": "nachmittag|nachmittags|am nachmittag",
        "part:evening": "abend|abends|am abend",
        "part:night": "nacht|nachts|in der nacht",
        "part:midnight": "mitternacht",
        "today part:tonight": "heute abend",
        "today part:night": "heute nacht",
        "eod": "feierabend|ende des tages|zum feierabend|dienstschluss",
        "at": "um|gegen|so um",
        "on": "am|an|im",
        "by": "spätestens|bis spätestens|vor|bis zum|spätestens am",
        "in": "in|binnen|innerhalb von",
        "for": "für",
        "lang": "lang",
        "from": "von|vom|ab|ab dem|beginnend am|zwischen",
        "until": "bis|bis zu",
        "to": "zum",
        "this": "diesen|dieser|diese|dieses|diesem",
        "next": "nächsten|nächster|nächste|nächstes|nächstem",
        "after_next": "übernächsten|übernächster|übernächste",
        "coming": "kommenden|kommender|kommende|kommendes",
        "last": "letzten|letzter|letzte|letztes|letztem",
        "every": "jeden|jede|jeder|jedes|alle",
        "freq:day": "täglich",
        "freq:week": "wöchentlich",
        "freq:month": "monatlich",
        "freq:year": "jährlich",
        "freq:quarter": "vierteljährlich|quartalsweise",
        "freq:half": "halbjährlich",
        "every other unit:week": "vierzehntäglich|zweiwöchentlich|vierzehntägig",
        "unit:minute": "minuten|minute|min|m",
        "unit:hour": "stunden|stunde|std|h",
        "unit:day": "tagen|tage|tag|tages",
        "unit:week": "wochen|woche|kw",
        "unit:month": "monaten|monate|monats|monat",
        "unit:year": "jahren|jahre|jahres|jahr",
        "unit:workday": "werktag|arbeitstag|wochentag",
        "workdays": "werktags|wochentags|werktagen|arbeitstagen|werktage|arbeitstage|an werktagen|unter der woche",
        "unit:workhour": "arbeitsstunden|arbeitsstunde",
        "weekend": "wochenende|wochenenden",
        "quarter": "viertel",
        "three_quarters": "dreiviertel",
        "half": "halb",
        "length:30": "halbe stunde|halben stunde|eine halbe stunde|einer halben stunde",
        "length:15": "viertelstunde|einer viertelstunde|eine viertelstunde",
        "length:45": "dreiviertelstunde|einer dreiviertelstunde|eine dreiviertelstunde",
        "length:90": "anderthalb stunden|eineinhalb stunden",
        "past": "nach",
        "before_hour": "vor",
        "oclock": "uhr",
        "number:1": "einer|einem|eines",
        "and": "und",
        "the": "der|die|das|den|dem|des",
        "end": "ende|ende des|ende der",
        "end unit:month": "monatsende|zum monatsende",
        "end unit:year": "jahresende|zum jahresende",
        "start": "anfang|anfang des|anfang der|beginn des",
        "times": "mal",
        "ago": "her",
        "skip_holidays": "außer feiertags|außer an feiertagen|nicht an feiertagen|ohne feiertage",
        "all_day": "ganztägig|den ganzen tag",
        "every day_word": "tag für tag",
    },
    weekdays=("montag|mo", "dienstag|di", "mittwoch|mi", "donnerstag|do", "freitag|fr", "samstag|sa|sonnabend",
              "sonntag|so"),
    plural_weekdays=("montags", "dienstags", "mittwochs", "donnerstags", "freitags", "samstags|sonnabends", "sonntags"),
    months=("januar|jan|jänner", "februar|feb", "märz|mrz|mär", "april|apr", "mai", "juni|jun", "juli|jul",
            "august|aug", "september|sep|sept", "oktober|okt", "november|nov", "dezember|dez"),
    numbers=("", "ein|eine|einen|eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn",
             "elf", "zwölf"),
    ordinals=("", "ersten|erster|erste|erstes", "zweiten|zweiter|zweite|zweites", "dritten|dritter|dritte|drittes",
              "vierten|vierter|vierte", "fünften|fünfter|fünfte"),
    next_is_next_week=False,
    half_is_to=True,
    ordinal_dot=True,
)  # fmt: skip

SPANISH = Lexicon(
    phrases={
        "today": "hoy",
        "tomorrow": "mañana",
        "overmorrow": "pasado mañana",
        "yesterday": "ayer",
        "part:morning": "por la mañana|de la mañana|en la mañana|a la mañana|temprano|de la madrugada",
        "part:noon": "mediodía|al mediodía|a mediodía",
        "part:afternoon": "tarde|por la tarde|de la tarde|en la tarde|a la tarde",
        "part:evening": "noche|por la noche|de la noche|en la noche",
        "part:midnight": "medianoche|a medianoche",
        "today part:tonight": "esta noche|hoy por la noche",
        "today part:afternoon": "esta tarde",
        "today part:morning": "esta mañana",
        "eod": "fin del día|final del día|fin de la jornada|final de la jornada|última hora",
        "at": "a las|a la|a eso de las|sobre las|hacia las|las|desde las|de las|para las",
        "by": "para|antes de|antes del|a más tardar",
        "in": "dentro de|en",
        "for": "durante|por",
        "from": "desde|desde el|a partir de|a partir del|de|del|entre|desde la",
        "to": "al|a",
        "until": "hasta|hasta el|hasta las|hasta la",
        "this": "este|esta",
        "next": "próximo|próxima|siguiente",
        "coming_after": "que viene",
        "last": "último|última",
        "every": "cada|todos los|todas las",
        "every other": "cada dos",
        "the_plural": "los",
        "freq:day": "diariamente|a diario",
        "freq:week": "semanalmente",
        "freq:month": "mensualmente",
        "freq:year": "anualmente",
        "freq:quarter": "trimestralmente|cada trimestre",
        "every other unit:week": "cada quincena|quincenalmente|cada quince días|cada 15 días",
        "unit:minute": "minutos|minuto|min|m",
        "unit:hour": "horas|hora|h",
        "unit:day": "días|día",
        "unit:week": "semanas|semana",
        "unit:month": "meses|mes",
        "unit:year": "años|año",
        "unit:workday": "día laborable|día hábil",
        "workdays": "días laborables|días hábiles|entre semana|laborables",
        "unit:workhour": "horas laborables|horas hábiles|hora laborable",
        "weekend": "fin de semana|fines de semana",
        "and_half": "y media",
        "and_quarter": "y cuarto",
        "minus_quarter": "menos cuarto",
        "minus": "menos",
        "length:30": "media hora",
        "length:15": "cuarto de hora|un cuarto de hora",
        "length:45": "tres cuartos de hora",
        "length:90": "hora y media|una hora y media",
        "oclock": "en punto",
        "am": "am|a.m",
        "pm": "pm|p.m",
        "and": "y|e",
        "the": "el|la|el día|al día",
        "of": "de|del",
        "end": "fin de|fin del|final de|final del|finales de|finales del|a fin de|a final de|a finales de"
        "|a finales del",
        "start": "principio de|principios de|a principios de|inicio de|comienzo de",
        "times": "veces|vez",
        "skip_holidays": "excepto festivos|salvo festivos|menos festivos|excepto los festivos|excepto en festivos",
        "all_day": "todo el día",
    },
    weekdays=("lunes|lun", "martes", "miércoles|mié", "jueves|jue", "viernes|vie", "sábado|sáb", "domingo|dom"),
    plural_weekdays=("", "", "", "", "", "sábados", "domingos"),
    months=("enero|ene", "febrero|feb", "marzo|mar", "abril|abr", "mayo|may", "junio|jun", "julio|jul", "agosto|ago",
            "septiembre|setiembre|sep|sept", "octubre|oct", "noviembre|nov", "diciembre|dic"),
    numbers=("", "un|una|uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once",
             "doce"),
    ordinals=("", "primer|primero|primera", "segundo|segunda", "tercer|tercero|tercera", "cuarto|cuarta",
              "quinto|quinta"),
    next_is_next_week=False,
)  # fmt: skip

LEXICONS: Mapping[str, Lexicon] = {"en": ENGLISH, "sv": SWEDISH, "de": GERMAN, "es": SPANISH}

# More numbers that are said as one word, by language in the order of LEXICONS.
_MORE_NUMBERS = {
    14: "fourteen fjorton vierzehn catorce",
    15: "fifteen femton fünfzehn quince",
    20: "twenty tjugo zwanzig veinte",
    25: "- tjugofem - veinticinco",
    30: "thirty trettio dreißig treinta",
    90: "ninety nittio neunzig noventa",
}

# "Montagmorgen", "Freitagabend": German writes them as one word.
_COMPOUNDS = {"morgen": "morning", "früh": "morning", "vormittag": "forenoon", "mittag": "noon",
              "nachmittag": "afternoon", "abend": "evening"}  # fmt: skip


@lru_cache(maxsize=8)
def meanings(language: str) -> Mapping[tuple[str, ...], Meaning]:
    """Every phrase of a language as folded words -> its tokens."""
    found = {tuple(fold(phrase).split()): meaning for phrase, meaning in _phrases(language)}
    return {phrase: meaning for phrase, meaning in found.items() if phrase and phrase != ("-",)}


@lru_cache(maxsize=8)
def longest(language: str) -> int:
    """How many words the longest phrase of a language has."""
    return max(len(phrase) for phrase in meanings(language))


def names_of_weekdays() -> Iterator[tuple[str, int]]:
    """Weekdays' names in all languages, folded, with their numbers from 0, Monday."""
    for lexicon in LEXICONS.values():
        for number, forms in enumerate(lexicon.weekdays):
            for name in forms.split("|"):
                yield fold(name), number


def _phrases(language: str) -> Iterator[tuple[str, Meaning]]:
    lexicon = LEXICONS[language]
    at = list(LEXICONS).index(language)
    for number, words in _MORE_NUMBERS.items():
        yield words.split()[at], (f"number:{number}",)
    for kind, table in (
        ("weekday", lexicon.weekdays), ("weekdays", lexicon.plural_weekdays), ("month", lexicon.months),
        ("number", lexicon.numbers), ("ordinal", lexicon.ordinals),
    ):  # fmt: skip
        first = 1 if kind == "month" else 0
        for number, forms in enumerate(table, first):
            for form in filter(None, forms.split("|")):
                yield form, (f"{kind}:{number}",)
    if language == "de":
        for number, forms in enumerate(lexicon.weekdays):
            for ending, part in _COMPOUNDS.items():
                yield forms.split("|")[0] + ending, (f"weekday:{number}", f"part:{part}")
    yield from ((name, (f"feast:{feast}",)) for name, feast in names(language))
    for meaning, phrases in lexicon.phrases.items():
        for phrase in phrases.split("|"):
            yield phrase, tuple(meaning.split())
