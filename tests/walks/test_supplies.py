"""Stories of supplies through the practice workspace: from asks in four languages to a paid invoice."""

import base64
import copy
import re
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from bot.mail import MailServer
from bot.web_api import Result
from handlers.drawing import Mail
from office.duties.reach import MAIL_FROM
from storage import facts
from tests.walks.conftest import Thing, Walk, has_button, walking, words


def shown(walk: Walk, who: str) -> str:
    return plain(words(walk.answer(who)["blocks"]))


def plain(text: str) -> str:
    """As it is read, whatever kind of space stands in it."""
    return re.sub(r"\s+", " ", text)


def reads(message: Thing) -> str:
    return plain(words(message.get("blocks", [])))


def typed(walk: Walk, who: str, text: str) -> str:
    walk.says(who, "general", text)
    return shown(walk, who)


def newest(walk: Walk, who: str, label: str) -> Thing:
    """The newest direct message of somebody with a button."""
    walk.settled()
    return next(one for one in reversed(walk.direct(who)) if has_button(one.get("blocks", []), label))


def first_input(walk: Walk, who: str, prefix: str) -> str:
    """A field of the open form, by how its name begins."""
    blocks = walk.window(who)["blocks"]
    return next(str(one["block_id"]) for one in blocks if one["type"] == "input" and one["block_id"].startswith(prefix))


@pytest.mark.parametrize(
    ("who", "text", "said"),
    [
        ("anna", "/supplies order 2 copy paper and 3 black toner for the Lisbon office by Friday", ["2 × Copy paper A4", "✅ 1 ready", "2 on the next order", "to Lisbon", "Fri 27 Nov"]),
        ("anna", "/supplies order 3 penns; a box of copy papers", ["3 × Ballpoint pens, blue", "5 × Copy paper A4"]),
        ("karin", "/supplies beställ 20 kopieringspapper till Lissabonkontoret, 3 pappershanddukar", ["20 × Kopieringspapper A4", "till Lisbon", "3 × Pappershanddukar"]),
        ("frank", "/supplies bestelle 2 Kartons Kopierpapier und drei Küchenrollen bis Freitag", ["10 × Kopierpapier A4", "3 × Küchenrollen", "27. Nov."]),
        ("carla", "/supplies pide 20 papel de copia y 3 tóner negro para la oficina de Lisboa", ["20 × Papel de copia A4", "3 × Tóner negro", "a Lisbon"]),
        ("anna", "/supplies 4 pens", ["4 × Ballpoint pens, blue"]),
    ],
)  # fmt: skip
def test_asks_are_read_in_four_languages(walk: Walk, who: str, text: str, said: list[str]) -> None:
    answer = typed(walk, who, text)
    assert [one for one in said if one not in answer] == [], answer


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("/supplies order 0 pens", "would be nothing"),
        ("/supplies order -3 pens", "less than none"),
        ("/supplies order 2.5 pens", "only whole ones"),
        ("/supplies order 1e9 pens", "too many"),
        ("/supplies order 1/2 pens", "only whole ones"),
        ("/supplies order 500 scissors", "where 1 is usual"),
        ("/supplies order 3 gallons of copy paper", "is counted in: ream"),
        ("/supplies order 3 bottles of pens", "is counted in: piece"),
        ("/supplies order 5 unicorns", "I don't know it"),
        ("/supplies order", "What do you need?"),
        ("/supplies take 3 unicorns", "I don't know “unicorns”"),
        ("/supplies take 5000 pens", "By my count"),
        ("/supplies S99", "no order S99"),
        ("/supplies P1", "no order P1"),
        ("/supplies I1", "no invoice I1"),
        ("/supplies ordr 3 pens", "Did you mean /supplies order 3 pens?"),
        ("/supplies unpaid", "look after"),
        ("/supplies count 3 pens", "look after"),
        ("/supplies hello", "How to use /supplies"),
        ("/supplies qwerty", "I don't know"),
    ],
)
def test_what_is_wrong_is_said_with_the_next_step(walk: Walk, text: str, said: str) -> None:
    walk.says("ines", "general", text)
    found = plain(words(walk.window("ines")["blocks"])) if walk.has_window("ines") else shown(walk, "ines")
    assert said in found


def test_what_was_not_understood_is_chosen_by_a_press(walk: Walk) -> None:
    walk.says("ines", "general", "/supplies order 4 cables, 2 bells https://bell.example")
    walk.presses("ines", "4 × USB-C cables", "own")
    walk.until(lambda: "✅ 4 ready" in shown(walk, "ines"), "the choice on the order")
    walk.presses("ines", "Ask the desk to find it", "own")
    walk.until(
        lambda: "2 × bells" in shown(walk, "ines") and "❓" not in shown(walk, "ines"), "an answer without questions"
    )
    assert "not in the catalogue" in reads(newest(walk, "maria", "Put on an order"))
    assert walk.database.scalar("SELECT count(*) FROM supply_orders") == 1


def test_a_double_press_chooses_once(walk: Walk) -> None:
    walk.says("ines", "general", "/supplies order 4 cables")
    message = copy.deepcopy(walk.answer("ines"))
    for _ in range(2):
        walk.presses("ines", "4 × USB-C cables", message=message)
    assert walk.database.scalar("SELECT count(*) FROM supply_lines") == 1


def test_a_week_from_asks_to_a_paid_invoice(walk: Walk) -> None:
    # Monday: four people ask in four languages; there are twelve reams.
    typed(walk, "ines", "/supplies order 10 copy paper for the Lisbon office")
    typed(walk, "karin", "/supplies beställ 40 kopieringspapper")
    typed(walk, "frank", "/supplies bestelle 10 Kopierpapier")
    typed(walk, "carla", "/supplies pide 5 papel de copia")
    assert "✅ 2 klara" in reads(newest(walk, "karin", "Avbryt beställningen"))
    # The order is drawn up, and Greta must agree to it: it is above 5,000.
    assert "1 line" in typed(walk, "maria", "/supplies order-day")
    card = typed(walk, "maria", "/supplies P1")
    assert "Karin Ådahl 38" in card and "Frank Weber 10" in card and "Carla Méndez 5" in card
    walk.presses("maria", "Order it", "own")
    approval = newest(walk, "greta", "Genehmigen")
    assert "Kopierpapier A4" in reads(approval)
    walk.presses("greta", "Genehmigen", message=approval)
    walk.settled()
    files = [file["name"] for one in walk.direct("maria") for file in one.get("files", ())]
    assert [name[-4:] for name in files] == [".pdf", ".csv"]
    walk.presses("maria", "I have sent it", message=newest(walk, "maria", "I have sent it"))
    assert "AB-77" in typed(walk, "maria", "/supplies confirm P1 AB-77 by 2 December")
    assert "den 2 dec" in reads(newest(walk, "karin", "Avbryt beställningen")) or "2 dec." in reads(
        newest(walk, "karin", "Avbryt beställningen")
    )
    # Tuesday: a part of it, and five damaged reams.
    walk.says("maria", "general", "/supplies receive P1")
    assert walk.fills("maria", **{first_input(walk, "maria", "l"): "25"}) == {}
    walk.settled()
    ready = reads(newest(walk, "karin", "Jag har det"))
    assert "27 × Kopieringspapper A4" in ready
    # A slip: it was twenty, and not twenty-five.
    walk.presses("maria", "Every change", message=_item(walk))
    walk.presses("maria", "Correct")
    assert walk.fills("maria", right="20", why="a box was counted twice") == {}
    walk.settled()
    assert walk.database.scalar("SELECT on_hand - reserved FROM items WHERE id = 1") == 0
    # The rest, and an invoice with a higher price, entered twice.
    typed(walk, "maria", "/supplies receive P1 all")
    packs = walk.database.scalar("SELECT packs FROM purchase_lines WHERE purchase_id = 1")
    walk.says("maria", "general", "/supplies invoice P1")
    line = first_input(walk, "maria", "l")
    total = f"{packs * 230 * 1.25:.2f}"
    assert walk.fills("maria", number="F-0012", total=total, **{line: f"{packs} x 230"}) == {}
    walk.settled()
    held = newest(walk, "greta", "Trotzdem bezahlen")
    assert "angehalten" in reads(held) and "219,00 SEK bestellt (+5,02%)" in reads(held)
    walk.says("maria", "general", "/supplies invoice P1")
    assert "is there already: I1" in walk.fills("maria", number="f 0012", total=total)["number"]
    walk.closes("maria")
    # A credit note makes up for it.
    walk.presses("greta", "Gutschrift eintragen", message=held)
    credit = f"{packs * 11 * 1.25:.2f}".replace(".", ",")
    assert walk.fills("greta", number="G-1", total=credit) == {}
    walk.settled()
    # Greta, the only one of finance, has agreed to the order: somebody else books what is paid.
    assert not any(
        "F-0012" in reads(one) and has_button(one["blocks"], "Heute bezahlt") for one in walk.direct("greta")
    )
    assert "Sie haben dem selbst zugestimmt" in typed(walk, "greta", "/supplies bezahlt I1")
    paid = next(
        one for one in walk.direct("maria") if "F-0012" in reads(one) and has_button(one["blocks"], "Paid today")
    )
    walk.presses("maria", "Paid today", message=paid)
    walk.settled()
    assert "bezahlt" in typed(walk, "greta", "/supplies I1")
    story = typed(walk, "maria", "/supplies history P1")
    for one in (
        "asked for 40 × Copy paper A4",
        "approved",
        "sent it to the supplier",
        "corrected a slip",
        "F-0012",
        "as paid",
    ):
        assert one in story, story
    assert "I2" in typed(walk, "greta", "/supplies unbezahlt")
    walk.says("maria", "general", "/supplies paid G-1")
    assert "Alle Lieferanten sind bezahlt" in typed(walk, "greta", "/supplies unbezahlt")


def _item(walk: Walk) -> Thing:
    walk.says("maria", "general", "/supplies item copy paper")
    return walk.answer("maria")


def test_a_list_is_shown_before_it_is_taken_over(walk: Walk) -> None:
    content = base64.b64encode(b"name;price\nCopy paper A4;239,00\nGlitter;10\nBad;x\n").decode()
    file = walk.practice.gestures.upload("U0MARIA", "prices.csv", content)
    walk.practice.run(walk.practice.gestures.say("U0MARIA", walk.place("direct", "maria"), "", None, [file["id"]]))
    preview = walk.sees("direct", "what will change", "maria")
    assert "*1* new · *1* changed" in reads(preview) and "row 4, price" in reads(preview)
    assert walk.database.scalar("SELECT count(*) FROM items") == 68
    walk.presses("maria", "Take over 2 rows", message=preview)
    walk.sees("direct", "2 rows of prices.csv were taken over", "maria")
    assert walk.database.scalar("SELECT count(*) FROM items") == 69
    assert walk.database.scalar("SELECT price FROM items WHERE id = 1") == 23_900


def test_a_form_orders_and_asks_about_the_rest_later(walk: Walk) -> None:
    walk.says("ines", "general", "/supplies order")
    assert walk.fills("ines", lines="4 cables\n2 boxes of pens", free="A bell", price="12 EUR") == {}
    question = walk.sees("direct", "I have a question about your supplies", "ines")
    walk.presses("ines", "4 × USB-C cables", message=question)
    walk.settled()
    assert walk.database.scalar("SELECT count(*) FROM supply_lines") == 3


def test_taking_counting_and_undo(walk: Walk) -> None:
    before = walk.database.scalar("SELECT on_hand FROM items WHERE id = 3")
    assert "Taken: 3 × Ballpoint pens, blue" in typed(walk, "ines", "/supplies take 3 pens")
    assert f"{before} in stock" in typed(walk, "ines", "/desk undo")
    assert "37 now" in typed(walk, "maria", "/supplies count 37 pens")
    assert "as I thought" in typed(walk, "maria", "/supplies count 37 pens")
    assert "0 now" in typed(walk, "maria", "/supplies count 0 scissors")
    assert "Thrown away: 2 × Ballpoint pens, blue" in typed(
        walk, "maria", "/supplies damaged 2 pens fell into the coffee"
    )


def test_home_shows_what_lies_ready_and_what_is_open(walk: Walk) -> None:
    typed(walk, "ines", "/supplies order 5 pens")
    home = walk.opens_home("ines")
    assert "Ready for you" in home and "Running low" not in home.split("Ready for you")[1]
    walk.presses_at_home("ines", "I have it")
    walk.until(lambda: "Ready for you" not in walk.home("ines"), "an emptied home tab")
    keeper = plain(walk.opens_home("maria"))
    assert "Running low:" in keeper and "P1" in keeper


@pytest.fixture
def mailing(tmp_path: Path) -> Iterator[tuple[Walk, list[tuple[str, Mail]], list[Result]]]:
    """A workspace whose orders leave by e-mail: what was sent, and what the server answers next."""
    sent: list[tuple[str, Mail]] = []
    answers: list[Result] = []

    class Server:
        def send(self, to: str, mail: Mail, key: str) -> Result:
            result = answers.pop(0) if answers else Result({"ok": True})
            if result.ok or result.unclear:
                sent.append((to, mail))
            return result

    with walking(tmp_path) as walk:
        walk.deskhand.delivery._mail = cast(MailServer, Server())
        walk.database.write(lambda session: facts.put(session, MAIL_FROM, "office@nordwind.example"))
        yield walk, sent, answers


def order_sponges(walk: Walk) -> None:
    number = walk.database.scalar(
        "SELECT p.id FROM purchases p JOIN suppliers s ON s.id = p.supplier_id WHERE s.name LIKE 'Rent%'"
    )
    walk.says("maria", "general", "/supplies order 20 sponges, 20 sponges")
    walk.says("maria", "general", f"/supplies P{number}")
    walk.presses("maria", "Order it", "own")


def test_an_order_leaves_by_mail_once(mailing: tuple[Walk, list[tuple[str, Mail]], list[Result]]) -> None:
    walk, sent, _ = mailing
    order_sponges(walk)
    walk.until(lambda: walk.database.scalar("SELECT count(*) FROM purchases WHERE state = 'sent'"), "a sent order")
    ((to, mail),) = sent
    assert to == "order@rentosnyggt.example" and mail.subject.startswith("Beställning P")
    assert [one.name[-4:] for one in mail.files] == [".pdf", ".csv"]
    assert mail.files[0].content.startswith(b"%PDF")
    assert "Disksvampar" in mail.files[1].content.decode("utf-8-sig")
    walk.sees("direct", "The order was sent to order@rentosnyggt.example", "maria")


def test_a_mail_server_that_is_down_is_waited_for(mailing: tuple[Walk, list[tuple[str, Mail]], list[Result]]) -> None:
    walk, sent, answers = mailing
    answers += [Result({}, error="mail_unreachable: TimeoutError")] * 2
    order_sponges(walk)
    walk.until(lambda: len(answers) == 1, "the first try")
    walk.moves_clock(minutes=1)
    walk.until(lambda: not answers, "the second try")
    walk.moves_clock(minutes=5)
    walk.until(lambda: walk.database.scalar("SELECT count(*) FROM purchases WHERE state = 'sent'"), "a sent order")
    assert len(sent) == 1


def test_a_mail_that_may_have_left_is_never_sent_again_by_itself(
    mailing: tuple[Walk, list[tuple[str, Mail]], list[Result]],
) -> None:
    walk, sent, answers = mailing
    answers.append(Result({}, error="mail_unclear: TimeoutError", unclear=True))
    order_sponges(walk)
    note = walk.sees("direct", "is unclear: the mail server did not say", "maria")
    walk.moves_clock(days=1)
    walk.settled()
    assert len(sent) == 1 and has_button(note["blocks"], "I have sent it")
    walk.presses("maria", "I have sent it", message=note)
    walk.until(lambda: walk.database.scalar("SELECT count(*) FROM purchases WHERE state = 'sent'"), "a sent order")
    assert len(sent) == 1
