"""How to use /minutes."""

from handlers import blocks
from handlers.context import Answer, Call
from handlers.minutes import lists


def usage(call: Call, _: str = "") -> Answer:
    md = call.reader.md
    rows = [
        md("`/minutes agenda M12` · `agenda M12 Budget 2027 @anna 15 min decide`")
        + " — "
        + md("what will be talked about; everybody invited may add to it"),
        md("`/minutes start` · `start M12` · `start Budget committee with @anna @bo`")
        + " — "
        + md("takes the minutes of this channel's meeting, or of what is on; “private” keeps the card to yourselves"),
        md("`/minutes note …` · `decision …` · `vote Move to Lisbon: 5 yes, 2 no`") + " — " + md("writes it down"),
        md("`/minutes action @bo three quotes by Friday`")
        + " — "
        + md("whose it is and until when; a pasted list becomes one action a line"),
        md("`/minutes next` · `item …` · `postpone 3` · `confidential Salaries for @anna`")
        + " — "
        + md("what is talked about, what is put off, what is for few eyes"),
        md("`/minutes attendance` · `attendance @ines represented by @anna` · `guest Jane Doe (Acme)` · `quorum 5`")
        + " — "
        + md("who is there"),
        md("`/minutes finish`") + " — " + md("shows it all, then sends it to everybody who was invited"),
        md("`/minutes confirm 2027-03` · `change 2027-03 D2 …` · `addendum 2027-03 …` · `lock 2027-03`")
        + " — "
        + md("once they are sent"),
        md("`/minutes decisions lisbon` · `actions @bo` · `actions late` · `find lease 2027`")
        + " — "
        + md("finds it again, as Excel too; by words, person, meeting, month"),
    ]
    heading = call.reader.say("How to use /minutes")
    return Answer(
        heading, (blocks.header(heading), blocks.md("\n".join(rows)), *blocks.actions(lists.ways(call.reader)))
    )
