"""/desk: the way to everything, typed or pressed."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from handlers import blocks
from handlers.approvals import lists as approval_lists
from handlers.away.commands import away, back
from handlers.blocks import Block
from handlers.budgets.commands import budget, rate
from handlers.context import Answer, Call
from handlers.desk import letters, office_forms
from handlers.digest import settings as digest_settings
from handlers.i18n import NAMES, mention, reader_of
from handlers.meetings import lists as meeting_lists
from handlers.minutes import commands as minutes_commands
from handlers.reminders.commands import overview as reminders_overview
from handlers.reminders.commands import remind
from handlers.requests import lists
from handlers.requests.cards import open_button
from handlers.supplies import lists as supply_lists
from handlers.tasks import lists as task_lists
from handlers.tasks.cards import open_button as open_task
from handlers.typed import as_written, by_word, nearest
from office.catalogue import LANGUAGES
from office.duties import offices as office_duty
from office.duties.people import choose_language
from office.duties.supplies import access as supply_access
from office.duties.undo import Undone, undo
from office.errors import Refusal
from office.rules.words import clean, first_word
from storage import people, requests, supplies, tasks
from storage.text import fold
from storage.words import Role, Standing, SupplyAct, TaskState

WORDS: Mapping[str, str] = {
    "menu": "menu meny menü",
    "help": "help hjälp hilfe ayuda ?",
    "language": "language språk sprache idioma lengua",
    "settings": "settings inställningar einstellungen ajustes preferences",
    "remind": "remind påminn påminnelse erinnere erinner erinnern erinnerung recuerda recuérdame recordar recordatorio",
    "reminders": "reminders påminnelser erinnerungen recordatorios",
    "away": "away borta frånvarande bortrest abwesend abwesenheit ausente ausencia vacation semester urlaub vacaciones",
    "back": "back tillbaka zurück vuelto regreso",
    "digest": "digest sammanfattning översikt zusammenfassung überblick resumen",
    "supplies": "supplies supply förbrukning förnödenheter material büromaterial verbrauchsmaterial "
    "suministros insumos",
    "approvals": "approvals approval godkännanden godkännande genehmigungen genehmigung aprobaciones aprobación",
    "budget": "budget budgets budgetar presupuesto presupuestos",
    "rate": "rate rates kurs växelkurs kurse wechselkurs cambio",
    "meetings": "meetings meeting rooms möten möte rum besprechungen besprechung termine räume reuniones reunión salas",
    "minutes": "minutes protocol protokoll mötesprotokoll protokolle acta actas",
    "tasks": "tasks task uppgifter uppgift aufgaben aufgabe tareas tarea",
    "undo": "undo ångra rückgängig deshacer",
    "search": "search find sök hitta suche suchen finden buscar",
    "requests": "requests request ärenden ärende anfragen anfrage solicitudes solicitud",
    "office": "office kontor kontoret büro oficina",
    "letters": "letters undelivered olevererat unzustellbar pendientes",
    "claim": "claim",
}
_BY_WORD, _WRITTEN = by_word(WORDS), as_written(WORDS)


def desk(call: Call) -> Answer:
    """/desk and what follows it."""
    first, rest = first_word(clean(call.text))
    if not first:
        return menu(call)
    name = _BY_WORD.get(fold(first))
    if name is None:
        return _did_you_mean(call, first, rest.strip())
    return _PAGES[name](call, rest.strip())


def menu(call: Call, _: str = "") -> Answer:
    heading = call.reader.say("What can I do for you?")
    with call.reading() as session:
        shown = menu_blocks(session, call)
    return Answer(heading, (blocks.header(heading), *shown))


def menu_blocks(session: Session, call: Call) -> list[Block]:
    say, md = call.reader.say, call.reader.md
    page = "requests.page"
    ask = [
        blocks.button(say("New request"), "requests.new", style="primary"),
        blocks.button(say("Mine"), f"{page}:mine", "mine|1|"),
        blocks.button(say("Waiting for me"), f"{page}:waiting", "waiting|1|"),
        blocks.button(say("My desk"), f"{page}:desk", "desk|1|"),
        blocks.button(say("All open"), f"{page}:list", "list|1|"),
    ]
    money = [
        blocks.button(say("Ask for approval"), "approvals.new", style="primary"),
        blocks.button(say("For me to decide"), "approvals.page:waiting", "waiting|1"),
        blocks.button(say("Asked by me"), "approvals.page:mine", "mine|1"),
        blocks.button(say("Budgets"), "budgets.overview"),
    ]
    cupboard = [
        blocks.button(say("Order supplies"), "supplies.new", style="primary"),
        blocks.button(say("Catalogue"), "supplies.catalogue"),
        blocks.button(say("Your supplies"), "supplies.page:mine", "mine|1|"),
        blocks.button(say("Running low"), "supplies.page:low", "low|1|"),
    ]
    if supply_access.may(session, call.person, SupplyAct.SEE_MONEY):
        cupboard += [
            blocks.button(say("Next orders"), "supplies.drafts"),
            blocks.button(say("Deliveries"), "supplies.deliveries"),
            blocks.button(say("Invoices"), "supplies.invoices"),
        ]
    meet = [
        blocks.button(say("New meeting"), "meetings.new", style="primary"),
        blocks.button(say("My meetings"), "meetings.mine"),
        blocks.button(say("Rooms"), "meetings.rooms"),
        blocks.button(say("My calendar"), "meetings.feed"),
    ]
    record = [
        blocks.button(say("Take minutes"), "minutes.start_now", style="primary"),
        blocks.button(say("Agenda"), "minutes.agendas"),
        blocks.button(say("Minutes"), "minutes.overview"),
        blocks.button(say("Decisions"), "minutes.list:decisions", "decisions"),
        blocks.button(say("Actions"), "minutes.list:actions", "actions"),
    ]
    todo = [
        blocks.button(say("New task"), "tasks.new", style="primary"),
        blocks.button(say("My tasks"), "tasks.page:mine", "mine|1"),
        blocks.button(say("Given"), "tasks.page:given", "given|1"),
        blocks.button(say("New reminder"), "reminders.new"),
        blocks.button(say("My reminders"), "reminders.overview"),
    ]
    own = [
        blocks.button(say("Being away"), "away.overview"),
        blocks.button(say("My day"), "digest.now"),
        blocks.button(say("Settings"), "digest.settings"),
        blocks.button(say("Language"), "desk.language"),
        blocks.button(say("Undo my last step"), "desk.undo", "last"),
        blocks.button(say("Help"), "desk.help"),
    ]
    shown = [
        blocks.md(md("*Requests* – whatever you need from the office: `/request` and your words.")),
        *blocks.actions(ask),
        blocks.md(md("*Meetings and rooms* – `/meeting Budget review with @anna tomorrow 14:00 for 45m`.")),
        *blocks.actions(meet),
        blocks.md(
            md("*Minutes* – `/minutes start`, `/minutes decision …`, `/minutes action @who …`, `/minutes finish`.")
        ),
        *blocks.actions(record),
        blocks.md(md("*Supplies* – `/supplies order 20 copy paper, 3 black toner`, `/supplies take 3 pens`.")),
        *blocks.actions(cupboard),
        blocks.md(md("*Approvals and budgets* – `/approvals ask @anna Conference ticket 450 EUR`, `/desk budget`.")),
        *blocks.actions(money),
        blocks.md(md("*Tasks and reminders* – `/task` and what is to be done, `/desk remind me to …`.")),
        *blocks.actions(todo),
        blocks.md(md("*You* – being away, your day at a glance, how you are told, a step back.")),
        *blocks.actions(own),
    ]
    if call.person.has(Role.ADMIN) and call.person.standing == Standing.MEMBER:
        office = [
            blocks.button(say("Set up the office"), "desk.office"),
            blocks.button(say("Undelivered messages"), "desk.letters"),
        ]
        shown += [
            blocks.md(md("*The office* – for administrators: `/desk office`, `/desk letters`.")),
            *blocks.actions(office),
        ]
    elif not office_duty.is_claimed(session) and call.person.workspace_admin:
        shown += claim_blocks(call)
    return shown


def claim_blocks(call: Call) -> list[Block]:
    """Offered to the first workspace administrator: nobody runs this Deskhand yet."""
    text = call.reader.md(
        "*Nobody runs this Deskhand yet.* You administer this Slack workspace: become Deskhand's administrator, and "
        "set up desks, people and places."
    )
    button = blocks.button(call.reader.say("Become its administrator"), "desk.claim", style="primary")
    return [blocks.md(text), *blocks.actions([button])]


def usage(call: Call, _: str = "") -> Answer:
    md = call.reader.md
    heading = call.reader.say("Deskhand at a glance")
    lines = [
        "`/request …` — " + md("ask for anything; it is logged at once and goes to the right desk"),
        "`/request` — " + md("the same with a form"),
        md("`/request mine` · `waiting` · `desk`") + " — " + md("what you asked for, what waits for you, your desk"),
        md("`/request help`") + " — " + md("everything else about requests"),
        md("`/supplies order 20 copy paper` · `take 3 pens` · `stock`")
        + " — "
        + md("supplies from the cupboard, or on the next order; `/supplies help` says more"),
        md("`/meeting Budget review with @anna tomorrow 14:00` · `find` · `rooms`")
        + " — "
        + md("people, room and time in one sentence; `/meeting help` says more"),
        md("`/minutes start` · `decision …` · `action @who …` · `finish` · `decisions lease`")
        + " — "
        + md("agendas, minutes and what was decided; `/minutes help` says more"),
        md("`/approvals ask @anna Conference ticket 450 EUR`")
        + " — "
        + md("asks for an approval; `/approvals` shows what waits for you"),
        md("`/desk budget`") + " — " + md("what is left of your budgets, with a picture"),
        "`/task …` — " + md("something to be done, by you or others; `/task help` says more"),
        md("`/desk remind me to … tomorrow at 9` · `remind @anna …` · `remind #channel …`")
        + " — "
        + md("words that come at their time, once or again and again"),
        md("`/desk away 8 Mar to 12 Mar cover @bo` · `back`") + " — " + md("being away, and who stands in"),
        md("`/desk digest` · `settings`") + " — " + md("your day at a glance, and when and how you are told"),
        md("`/desk search …`") + " — " + md("finds requests by words or number"),
        md("`/desk undo`") + " — " + md("takes your last step back, within ten minutes"),
        md("`/desk language`") + " — " + md("English, Swedish, German or Spanish"),
        md("Or write to me in a direct message, and answer below any message of mine."),
        md("On any message: the menu ⋮ → *Make a request*, *Make a task*, *Add to minutes*, *Add to an agenda*."),
    ]
    with call.reading() as session:
        admins = people.with_role(session, Role.ADMIN)
    names = ", ".join(mention(one).text for one in admins)
    run_by = (
        call.reader.md("Administrators: ") + names if admins else call.reader.md("Nobody administers Deskhand yet.")
    )
    return Answer(heading, (blocks.header(heading), blocks.md("\n".join(lines)), blocks.context(run_by)))


def language(call: Call, typed: str = "") -> Answer:
    if typed:
        return set_language(call.with_value(_language_named(typed)))
    heading = call.reader.say("Your language")
    buttons = [
        blocks.button(
            NAMES[one], f"desk.set_language:{one}", one, style="primary" if one == call.reader.language else None
        )
        for one in LANGUAGES
    ]
    buttons.append(blocks.button(call.reader.say("As in Slack"), "desk.set_language:slack", "slack"))
    zone = call.reader.md("Times are shown in your Slack time zone: {zone}.", zone=call.reader.zone)
    return Answer(heading, (blocks.header(heading), *blocks.actions(buttons), blocks.context(zone)))


def set_language(call: Call) -> Answer:
    chosen = None if call.value == "slack" else _language_named(call.value)

    def do(session: Session) -> Answer:
        choose_language(session, call.person, chosen)
        assert call.person.id is not None
        reader = reader_of(people.get(session, call.person.id), call.house.office_language(session))
        text = reader.say("From now on I write to you in {language}.", language=NAMES[reader.language])
        return Answer(text, (blocks.words(text),), replaces=True)

    return call.perform(do)


def undo_last(call: Call, _: str = "") -> Answer:
    """The last step, or the one that a button names by number, version and kind."""
    number, version, subject = (call.value.split(".") + ["", "", ""])[:3]
    only = (subject or "request", int(number), int(version)) if number.isdigit() and version.isdigit() else None

    def do(session: Session) -> Answer:
        undone = undo(session, call.catalogue, call.person, only)
        text, opens = _taken_back(session, call, undone)
        return Answer(text, (blocks.words(text), *blocks.actions(opens)), replaces=only is not None)

    return call.perform(do)


def _taken_back(session: Session, call: Call, undone: Undone) -> tuple[str, list[Block]]:
    """What was undone, in words, and the button that opens it."""
    say, opens = call.reader.say, call.reader.say("Open")
    match undone.subject:
        case "request":
            request = requests.get(session, undone.subject_id)
            text = say("Taken back. #{number} is {state}.", number=request.id, state=request.state)
            return text, [open_button(opens, request)]
        case "task":
            task = tasks.get(session, undone.subject_id)
            text = say("Taken back. T{number} is {state}.", number=task.id, state=task.state)
            return text, [] if task.state is TaskState.DELETED else [open_task(opens, task)]
        case "reminder":
            return say("Taken back. /desk reminders lists what you have.", number=undone.subject_id), []
        case "meeting":
            return say("Taken back. M{number} is cancelled.", number=str(undone.subject_id)), []
        case "minutes":
            return say("Taken back. It is struck out of the minutes."), []
        case "supply_order":
            text = say("Taken back. S{number} is cancelled.", number=str(undone.subject_id))
            return text, [blocks.button(opens, "supplies.open", f"S{undone.subject_id}")]
        case "item":
            item = supplies.get(session, undone.subject_id)
            name = call.reader.titles(item.names)
            text = say("Taken back. {name}: {count} in stock.", name=name, count=item.on_hand)
            return text, [blocks.button(opens, "supplies.open", f"item.{undone.subject_id}")]
        case _:
            return say("Taken back. You are not away."), []


def claim(call: Call, _: str = "") -> Answer:
    def do(session: Session) -> Answer:
        office_duty.claim(session, call.person)
        text = call.reader.say("You administer Deskhand now. Next: set up the office.")
        buttons = [blocks.button(call.reader.say("Set up the office"), "desk.office", style="primary")]
        return Answer(text, (blocks.words(text), *blocks.actions(buttons)))

    return call.perform(do)


def _search(call: Call, typed: str) -> Answer:
    if not typed:
        raise Refusal("Say what to look for: /desk search printer.")
    return lists.show(call, "find", 1, typed)


def _requests(call: Call, _: str = "") -> Answer:
    return lists.show(call, "mine")


def _tasks(call: Call, _: str = "") -> Answer:
    return task_lists.show(call, "mine")


def _approvals(call: Call, _: str = "") -> Answer:
    return approval_lists.show(call, "waiting")


def _supplies(call: Call, _: str = "") -> Answer:
    return supply_lists.catalogue(call)


def _meetings(call: Call, _: str = "") -> Answer:
    return meeting_lists.mine(call)


def _minutes(call: Call, typed: str = "") -> Answer:
    return minutes_commands.minutes_command(replace(call, text=typed))


def _settings(call: Call, _: str = "") -> Answer:
    return digest_settings.open_form(call)


def _digest(call: Call, _: str = "") -> Answer:
    return digest_settings.now(call)


def _language_named(typed: str) -> str:
    known = {fold(name): one for one, name in NAMES.items()} | {one: one for one in LANGUAGES}
    known |= {
        "swedish": "sv", "german": "de", "spanish": "es", "engelska": "en", "tyska": "de", "spanska": "es",
        "englisch": "en", "schwedisch": "sv", "spanisch": "es", "ingles": "en", "sueco": "sv", "aleman": "de",
        "slack": "slack",
    }  # fmt: skip
    found = known.get(fold(typed.strip()))
    if found is None:
        raise Refusal(
            "“{typed}” is not a language I write. Choose one: {known}.", typed=typed, known=list(NAMES.values())
        )
    return found


def _did_you_mean(call: Call, typed: str, rest: str = "") -> Answer:
    near = nearest(typed, _WRITTEN, 60)
    if near is None:
        raise Refusal(
            "I don't know “/desk {typed}”. Type /desk for the menu or /desk help.", typed=blocks.cut(typed, 60)
        )
    name = _BY_WORD[fold(near)]
    text = call.reader.say("Did you mean /desk {near}?", near=near)
    pages = {
        "requests": "requests.page:mine", "tasks": "tasks.page:mine", "search": "desk.help",
        "settings": "digest.settings", "remind": "reminders.new", "reminders": "reminders.overview",
        "away": "away.overview", "back": "away.back", "digest": "digest.now", "approvals": "approvals.page:waiting",
        "budget": "budgets.overview", "rate": "budgets.rates", "supplies": "supplies.catalogue",
        "meetings": "meetings.mine", "minutes": "minutes.overview",
    }  # fmt: skip
    value = {"requests": "mine|1|", "tasks": "mine|1|", "approvals": "waiting|1"}.get(name, "last")
    button = blocks.button(f"/desk {near}", pages.get(name, f"desk.{name}"), value, style="primary")
    # What was typed stays there to be copied.
    kept = [blocks.words(f"/desk {near} {clean(rest)}")] if rest else []
    return Answer(text, (blocks.words(text), *kept, *blocks.actions([button])))


def _office(call: Call, _: str = "") -> Answer:
    return office_forms.overview(call)


def _letters(call: Call, _: str = "") -> Answer:
    return letters.overview(call)


_PAGES: Mapping[str, Callable[[Call, str], Answer]] = {
    "menu": menu,
    "help": usage,
    "language": language,
    "settings": _settings,
    "undo": undo_last,
    "search": _search,
    "requests": _requests,
    "tasks": _tasks,
    "approvals": _approvals,
    "supplies": _supplies,
    "meetings": _meetings,
    "minutes": _minutes,
    "budget": budget,
    "rate": rate,
    "remind": remind,
    "reminders": reminders_overview,
    "away": away,
    "back": back,
    "digest": _digest,
    "office": _office,
    "letters": _letters,
    "claim": claim,
}
