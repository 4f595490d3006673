"""The states and kinds that every layer may name; this module imports nothing of ours."""

from enum import StrEnum


class Role(StrEnum):
    """What somebody may do in the whole office; what they do at one desk is a membership, not a role."""

    ADMIN = "admin"
    OFFICE_MANAGER = "office manager"
    FINANCE = "finance"
    HR = "hr"
    APPROVER = "approver"


class Standing(StrEnum):
    """How somebody belongs to the workspace, as Slack tells it."""

    MEMBER = "member"
    GUEST = "guest"
    EXTERNAL = "external"
    DEACTIVATED = "deactivated"
    UNKNOWN = "unknown"  # Slack has not told yet: the rights of a guest, until it does


class RequestState(StrEnum):
    OPEN = "open"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    ON_HOLD = "on_hold"
    SOLVED = "solved"
    CLOSED = "closed"
    CANCELLED = "cancelled"


UNFINISHED = (RequestState.OPEN, RequestState.IN_PROGRESS, RequestState.WAITING, RequestState.ON_HOLD)


class Readers(StrEnum):
    """Who reads a desk's channel, as far as Slack has told."""

    UNKNOWN = "unknown"
    DESK = "desk"  # private, and nobody in it but the desk's people
    OTHERS = "others"
    EVERYONE = "everyone"  # public


class Priority(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


class Visibility(StrEnum):
    """Who may see a request besides the people in it."""

    EVERYONE = "everyone"
    DESK = "desk"


class Act(StrEnum):
    """What can be done with a request; the moves and the permissions are tables over these."""

    LOG = "log"
    SEE = "see"
    SEE_NOTES = "see_notes"
    TAKE = "take"
    ASSIGN = "assign"
    HAND_OVER = "hand_over"
    MOVE_DESK = "move_desk"
    ACCEPT = "accept"
    HAND_BACK = "hand_back"
    COMMENT = "comment"
    NOTE = "note"
    ASK = "ask"
    REPLY = "reply"
    PRIORITISE = "prioritise"
    RETYPE = "retype"
    HOLD = "hold"
    RESUME = "resume"
    SOLVE = "solve"
    CONFIRM = "confirm"
    REOPEN = "reopen"
    CANCEL = "cancel"
    EDIT = "edit"
    FOLLOW = "follow"
    CLOSE = "close"
    UNDO = "undo"
    AWAIT = "await"  # an approval; done by the office itself, as is
    ALLOW = "allow"  # what follows from one


class Relation(StrEnum):
    """What somebody is to one request."""

    REQUESTER = "requester"
    BENEFICIARY = "beneficiary"
    FOLLOWER = "follower"
    OWNER = "owner"
    OFFERED = "offered"
    DESK_MEMBER = "desk_member"
    DESK_LEAD = "desk_lead"
    OFFICE_MANAGER = "office_manager"
    COLLEAGUE = "colleague"
    GUEST = "guest"


class CommentKind(StrEnum):
    COMMENT = "comment"
    NOTE = "note"
    QUESTION = "question"
    ANSWER = "answer"
    SOLUTION = "solution"


class ClockKind(StrEnum):
    ANSWER = "answer"
    SOLVE = "solve"


class ClockStep(StrEnum):
    """What a clock does next when its moment comes."""

    WARN = "warn"
    BREACH = "breach"
    NONE = "none"


class FieldKind(StrEnum):
    TEXT = "text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    CHOICES = "choices"
    PERSON = "person"
    DATE = "date"
    TIME = "time"
    AMOUNT = "amount"
    QUANTITY = "quantity"
    YES_NO = "yes_no"
    FILE = "file"


class OutboxState(StrEnum):
    NEW = "new"
    CLAIMED = "claimed"
    RETRY = "retry"
    UNKNOWN = "unknown"
    SENT = "sent"
    DEAD = "dead"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"


PENDING = (OutboxState.NEW, OutboxState.CLAIMED, OutboxState.RETRY, OutboxState.UNKNOWN)


class TaskState(StrEnum):
    OPEN = "open"
    DONE = "done"
    DELETED = "deleted"


class Holding(StrEnum):
    """How somebody has a task."""

    HOLDS = "holds"
    OFFERED = "offered"  # a hand-over that has not been accepted
    DONE = "done"  # their part; the task itself when one is enough


class Closes(StrEnum):
    """When a task of several people is done: when all of them have done it, or one of them has."""

    ALL = "all"
    ANY = "any"


class TaskAct(StrEnum):
    """What can be done with a task; permissions are a table over these."""

    ADD = "add"
    SEE = "see"
    DONE = "done"
    REOPEN = "reopen"
    OFFER = "offer"
    ACCEPT = "accept"
    DECLINE = "decline"
    SNOOZE = "snooze"
    EDIT = "edit"
    DELETE = "delete"
    UNDO = "undo"


class TaskRelation(StrEnum):
    """What somebody is to a task."""

    GIVER = "giver"
    OWNER = "owner"
    OFFERED = "offered"
    MANAGER = "manager"  # of an owner


class ReminderState(StrEnum):
    ACTIVE = "active"
    ENDED = "ended"
    DECLINED = "declined"


class AbsenceState(StrEnum):
    PLANNED = "planned"
    ON = "on"
    OVER = "over"
    CANCELLED = "cancelled"


class CoverState(StrEnum):
    """Whether somebody who was asked stands in for somebody who is away."""

    NONE = "none"
    ASKED = "asked"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class Topic(StrEnum):
    """What news may be wanted at once, in the digest, or not at all. What needs an answer is always told at once."""

    REQUESTS = "requests"
    TASKS = "tasks"
    DESK = "desk"
    TEAM = "team"


class Wanted(StrEnum):
    NOW = "now"
    DIGEST = "digest"
    OFF = "off"


class DigestKind(StrEnum):
    DAILY = "daily"
    BACK = "back"  # after being away


class ApprovalState(StrEnum):
    WAITING = "waiting"
    CHANGES = "changes"  # an approver wants it changed; whoever asked edits and sends it again
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class SeatState(StrEnum):
    """How one question to one approver stands."""

    OPEN = "open"
    APPROVED = "approved"
    REJECTED = "rejected"
    CHANGES = "changes"
    VOID = "void"  # what it was asked about has changed
    SPARED = "spared"  # others have decided
    MOVED = "moved"  # given to somebody else, with a reason


class SeatVia(StrEnum):
    """Why the one who is asked is asked: in their own right, or in the place of an approver."""

    SELF = "self"
    COVER = "cover"  # stands in for the approver, who is away
    MANAGER = "manager"  # the approver is away, and nobody stands in
    ESCALATED = "escalated"  # the approver's time is over


class NoCover(StrEnum):
    """Why nobody stands in for an approver who is away."""

    NONE = "none"
    UNANSWERED = "unanswered"
    REFUSED = "refused"
    AWAY = "away"  # so is whoever would stand in
    BARRED = "barred"  # it is by or for whoever would stand in
    TAKEN = "taken"  # whoever would stand in has a voice of their own


class ApprovalAct(StrEnum):
    """What can be done with an approval; permissions are a table over these."""

    SEE = "see"
    APPROVE = "approve"
    REJECT = "reject"
    CHANGES = "changes"
    REASSIGN = "reassign"
    SNOOZE = "snooze"
    WITHDRAW = "withdraw"
    EDIT = "edit"
    REOPEN = "reopen"
    PAY = "pay"
    UNPAY = "unpay"  # it was booked wrong


class ApprovalRelation(StrEnum):
    """What somebody is to one approval."""

    REQUESTER = "requester"
    BENEFICIARY = "beneficiary"
    EDITOR = "editor"  # whoever changed it last
    STAND_IN = "stand_in"  # of one of these three
    ASKED = "asked"  # has an open seat: as the approver, or in their place
    DECIDED = "decided"  # had a seat in it
    ADMIN = "admin"
    FINANCE = "finance"
    PAYER = "payer"  # books what was paid: of finance, and has not agreed to it
    BUDGET_OWNER = "budget_owner"


class BudgetMode(StrEnum):
    """What a budget does when it is used up."""

    WARN = "warn"
    STOP = "stop"


class MoveKind(StrEnum):
    """Why a budget's numbers changed: one line of its ledger."""

    SET = "set"
    RAISE = "raise"
    MOVE = "move"
    ALLOW = "allow"  # its owner let it be exceeded by this much
    COMMIT = "commit"
    RELEASE = "release"
    SPEND = "spend"


class StockKind(StrEnum):
    """Why an item's numbers changed: one line of its ledger."""

    RESERVE = "reserve"  # set aside for somebody
    RELEASE = "release"
    TAKE = "take"
    BRING = "bring"  # somebody brought it back
    RECEIVE = "receive"
    SEND_BACK = "send_back"  # to the supplier
    DAMAGE = "damage"
    COUNT = "count"
    CORRECT = "correct"  # the counter-entry of a slip
    ORDER = "order"
    CANCEL = "cancel"  # what was on order will not come
    EXTRA = "extra"  # more came than was ordered, and is kept


class Unit(StrEnum):
    """What one of an item is; stock is counted in it."""

    PIECE = "piece"
    PACKET = "packet"
    REAM = "ream"
    ROLL = "roll"
    BOTTLE = "bottle"
    BAG = "bag"
    CAN = "can"
    PAIR = "pair"
    BOX = "box"
    SET = "set"
    KILOGRAM = "kilogram"
    LITRE = "litre"
    METRE = "metre"


class PurchaseState(StrEnum):
    """How an order to a supplier stands."""

    DRAFT = "draft"  # what the next order will be; one a supplier
    WAITING = "waiting"  # for its approval
    READY = "ready"  # agreed to, and on its way to the supplier
    SENT = "sent"
    DONE = "done"  # all has come, or will not come any more
    CANCELLED = "cancelled"


class Progress(StrEnum):
    """How far an order to a supplier is that is on its way: what its lines say, and no state of its own."""

    PARTLY = "partly received"


class ReceiptKind(StrEnum):
    RECEIVED = "received"
    DAMAGED = "damaged"
    WRONG = "wrong"
    RETURNED = "returned"
    CLOSED = "closed"  # what is missing will not come
    EXTRA = "extra"  # beyond what was ordered, and kept


class InvoiceKind(StrEnum):
    INVOICE = "invoice"
    CREDIT = "credit"


class InvoiceState(StrEnum):
    HELD = "held"  # it differs from what was ordered or received
    OPEN = "open"
    PAID = "paid"
    CANCELLED = "cancelled"


class HeldFor(StrEnum):
    """Why an invoice is held."""

    PRICE = "price"
    QUANTITY = "quantity"
    TOTAL = "total"  # only a total is known, and it is another
    ORDER = "order"  # it belongs to none
    ALIKE = "alike"  # its number is like that of another
    SUPPLIER = "supplier"  # who sends it, or where it is paid to, is being changed


class SupplyAct(StrEnum):
    """What can be done with supplies; permissions are a table over these."""

    ASK = "ask"
    KEEP = "keep"  # items, suppliers, stock, orders, receipts
    ENTER = "enter"  # invoices
    PAY = "pay"
    SEE_MONEY = "see_money"


class ClaimState(StrEnum):
    """How something stands that the desk is asked to confirm."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


class ImportState(StrEnum):
    SHOWN = "shown"
    RUNNING = "running"
    DONE = "done"
    DROPPED = "dropped"


class RoomKind(StrEnum):
    ROOM = "room"
    EQUIPMENT = "equipment"  # moves, and goes with a meeting to whichever room


class MeetingState(StrEnum):
    PLANNED = "planned"
    CANCELLED = "cancelled"


class DateState(StrEnum):
    """How one date of a meeting stands."""

    PLANNED = "planned"
    CANCELLED = "cancelled"


class BookingState(StrEnum):
    """How a room or a piece of equipment is held for one date of a meeting."""

    HELD = "held"
    PENDING = "pending"  # holds the slot until its keepers say yes or no
    OFFERED = "offered"  # holds the slot for the first of the waiting list
    RELEASED = "released"
    DECLINED = "declined"


HOLDING = (BookingState.HELD, BookingState.PENDING, BookingState.OFFERED)


class Reply(StrEnum):
    """What somebody who is invited has answered."""

    ASKED = "asked"
    YES = "yes"
    NO = "no"
    MAYBE = "maybe"


class WaitState(StrEnum):
    """How somebody's place on the waiting list of a room stands."""

    WAITING = "waiting"
    OFFERED = "offered"
    TAKEN = "taken"
    PASSED = "passed"  # they said no, or nothing in time
    GONE = "gone"  # the meeting was moved, cancelled, or is over


class MeetingAct(StrEnum):
    """What can be done with a meeting; permissions are a table over these."""

    SEE = "see"
    ANSWER = "answer"
    PROPOSE = "propose"
    PREPARE = "prepare"  # agenda, checklist, files, visitors
    INVITE = "invite"
    MOVE = "move"
    CANCEL = "cancel"
    CHANGE = "change"
    CHECK_IN = "check_in"
    SEE_OUR_SIDE = "see_our_side"


class MeetingRelation(StrEnum):
    """What somebody is to a meeting."""

    ORGANISER = "organiser"
    STAND_IN = "stand_in"  # for the organiser, who is away
    INVITED = "invited"
    OUR_SIDE = "our_side"  # of a negotiation
    OFFICE_MANAGER = "office_manager"
    COLLEAGUE = "colleague"


class MatterKind(StrEnum):
    """What is prepared for a meeting."""

    AGENDA = "agenda"
    TASK = "task"
    LINK = "link"


class Aim(StrEnum):
    """What an item of an agenda is for."""

    INFORM = "inform"
    DISCUSS = "discuss"
    DECIDE = "decide"


class MinutesState(StrEnum):
    TAKING = "taking"
    SENT = "sent"  # and not confirmed yet
    CONFIRMED = "confirmed"
    LOCKED = "locked"  # for good
    DROPPED = "dropped"


class ItemState(StrEnum):
    """How an item of an agenda stands in the minutes."""

    OPEN = "open"
    DONE = "done"
    POSTPONED = "postponed"  # to the next meeting


class EntryKind(StrEnum):
    """What is written down."""

    NOTE = "note"
    DECISION = "decision"
    ACTION = "action"
    VOTE = "vote"


class Choice(StrEnum):
    """What somebody votes."""

    YES = "yes"
    NO = "no"
    ABSTAIN = "abstain"


class Presence(StrEnum):
    """How somebody took part."""

    PRESENT = "present"
    EXCUSED = "excused"
    ABSENT = "absent"
    REPRESENTED = "represented"


class AmendmentKind(StrEnum):
    """What is asked for after minutes were sent: a change before they are confirmed, an addendum after."""

    CHANGE = "change"
    ADDENDUM = "addendum"


class AmendmentState(StrEnum):
    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class MinutesAct(StrEnum):
    """What can be done with minutes; permissions are a table over these."""

    SEE = "see"
    WRITE = "write"
    VOTE = "vote"
    FINISH = "finish"
    DROP = "drop"
    CONFIRM = "confirm"
    PROPOSE = "propose"
    DECIDE = "decide"  # on what is proposed
    LOCK = "lock"


class MinutesRelation(StrEnum):
    """What somebody is to minutes."""

    CHAIR = "chair"
    STAND_IN = "stand_in"  # for the chair, who is away
    TAKER = "taker"
    ATTENDEE = "attendee"  # was there, in their own right or for somebody
    READER = "reader"  # was invited
