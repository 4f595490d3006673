"""The tables of approvals and budgets. Money is integer minor units ("cents") with an ISO 4217 currency beside it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.columns import document, minor, moment, one_of, word
from storage.words import ApprovalState, BudgetMode, MoveKind, SeatState, SeatVia


class Approval(SQLModel, table=True):
    """One thing that others must agree to. `edition` counts what was shown: a change that matters makes a new one.

    `steps` are all that were declared for it, `route` those that apply, as office.rules.approval_routing.Step writes
    them; `step` is the one whose turn it is, `needed` how many must agree in it. `home_amount` is the amount in the
    currency of the requester's place, at `rate` of `rate_on`.
    """

    __tablename__ = "approvals"
    __table_args__ = (
        one_of("state", ApprovalState),
        UniqueConstraint("request_id", name="one_approval_a_request"),
        Index("one_approval_a_purchase", "purchase_id", unique=True),
        Index("one_approval_an_invoice", "invoice_id", unique=True),
        Index("approvals_of_requester", "requester_id", "id"),
        Index("approvals_of_beneficiary", "beneficiary_id", sqlite_where=text("beneficiary_id IS NOT NULL")),
        Index("approvals_by_age", "state", "moved_at"),
        Index("approvals_of_department", "department_id", "created_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    request_id: int | None = Field(default=None, foreign_key="requests.id")
    purchase_id: int | None = None  # an order to a supplier
    invoice_id: int | None = None  # what an invoice is higher than its order
    weight: int | None = minor(default=None)  # what the route looks at: of the whole purchase, in the home currency
    type: str = "ask"
    title: str
    text: str = ""
    files: list[dict[str, str]] = document(default_factory=list)
    requester_id: int = Field(foreign_key="people.id")
    beneficiary_id: int | None = Field(default=None, foreign_key="people.id")
    editor_id: int | None = Field(default=None, foreign_key="people.id")
    department_id: int | None = Field(default=None, foreign_key="departments.id")
    category: str = ""
    supplier: str = ""
    day: date | None = None
    amount: int | None = minor(default=None)
    currency: str = ""
    home_amount: int | None = minor(default=None)
    home_currency: str = ""
    rate: str = ""
    rate_on: date | None = None
    named: list[str] = document(default_factory=list)  # whom the asker named: "person:7", "group:S0FIN"
    answers: dict[str, Any] = document(default_factory=dict)  # of the request's form, which conditions look at
    steps: list[dict[str, Any]] = document(default_factory=list)
    route: list[dict[str, Any]] = document(default_factory=list)
    step: int = 0
    needed: int = 1
    state: ApprovalState = Field(default=ApprovalState.WAITING, sa_type=word(ApprovalState))
    edition: int = 1
    stuck: bool = False  # nobody is left who may decide; the administrators know
    year: int | None = None  # the fiscal year whose budgets its card shows
    # Whom an administrator wants asked, until a second one agrees: {"by", "to", "seat", "why"}.
    proposed: dict[str, Any] | None = document(default=None)
    unclear: bool = False  # its words hold figures, and whoever asked says that it costs nothing
    created_at: datetime = moment()
    moved_at: datetime = moment()
    decided_at: datetime | None = moment(default=None)
    paid_at: datetime | None = moment(default=None)
    version: int = 1


class Seat(SQLModel, table=True):
    """One question to one approver. `holder_id` is asked now: the approver, or somebody in their place."""

    __tablename__ = "approval_seats"
    __table_args__ = (
        one_of("state", SeatState),
        one_of("via", SeatVia),
        Index("seats_of_approval", "approval_id", "id"),
        Index("seats_of_holder", "holder_id", "state"),
        Index("seats_of_approver", "approver_id", "state"),
        Index("seats_due", "next_at", sqlite_where=text("next_at IS NOT NULL")),
    )
    id: int | None = Field(default=None, primary_key=True)
    approval_id: int = Field(foreign_key="approvals.id")
    edition: int
    step: int
    approver_id: int = Field(foreign_key="people.id")
    holder_id: int = Field(foreign_key="people.id")
    via: SeatVia = Field(default=SeatVia.SELF, sa_type=word(SeatVia))
    state: SeatState = Field(default=SeatState.OPEN, sa_type=word(SeatState))
    asked_at: datetime = moment()
    due_at: datetime = moment()
    next_at: datetime | None = moment(default=None)
    chased: int = 0
    escalated: int = 0
    decided_by_id: int | None = Field(default=None, foreign_key="people.id")
    decided_at: datetime | None = moment(default=None)
    why: str = ""
    # Why nobody stands in for an approver who is away: {"why": NoCover, "cover": a person's id or None}.
    absent: dict[str, Any] | None = document(default=None)


class ApprovalLook(SQLModel, table=True):
    """An approval whose card may show something else now: its budget, the sum it is part of, who stands in.

    The number is no foreign key: checking one would lock the approval, which whoever decides on it has locked.
    """

    __tablename__ = "approval_looks"
    id: int | None = Field(default=None, primary_key=True)
    approval_id: int


class Route(SQLModel, table=True):
    """The steps that the office wants for a request type, "ask" for what has none; for one department, or for all."""

    __tablename__ = "routes"
    __table_args__ = (UniqueConstraint("type", "department_id", name="one_route_a_type"),)
    id: int | None = Field(default=None, primary_key=True)
    type: str
    department_id: int | None = Field(default=None, foreign_key="departments.id")
    steps: list[dict[str, Any]] = document()


class UserGroup(SQLModel, table=True):
    """A Slack user group, as Slack last told of it. `members` are Slack user ids."""

    __tablename__ = "user_groups"
    id: str = Field(primary_key=True)
    handle: str = Field(index=True)
    name: str = ""
    members: list[str] = document(default_factory=list)


class Budget(SQLModel, table=True):
    """Money of a department and fiscal year; of one category ("" for all) and one month (0 for the whole year).

    committed + spent never passes amount + allowed where the mode is "stop": the UPDATE that commits says so itself.
    """

    __tablename__ = "budgets"
    __table_args__ = (
        one_of("mode", BudgetMode),
        UniqueConstraint("department_id", "year", "category", "month", name="one_budget_a_purpose"),
    )
    id: int | None = Field(default=None, primary_key=True)
    department_id: int = Field(foreign_key="departments.id")
    year: int
    category: str = ""
    month: int = 0
    currency: str
    amount: int = minor()
    committed: int = minor(default=0)
    spent: int = minor(default=0)
    allowed: int = minor(default=0)
    mode: BudgetMode = Field(default=BudgetMode.STOP, sa_type=word(BudgetMode))
    owner_id: int | None = Field(default=None, foreign_key="people.id")

    @property
    def left(self) -> int:
        return self.amount - self.committed - self.spent


class BudgetMove(SQLModel, table=True):
    """One line of a budget's ledger; lines are added, never changed."""

    __tablename__ = "budget_moves"
    __table_args__ = (
        one_of("kind", MoveKind),
        Index("budget_moves_of_budget", "budget_id", "id"),
        Index("budget_moves_of_approval", "approval_id", sqlite_where=text("approval_id IS NOT NULL")),
    )
    id: int | None = Field(default=None, primary_key=True)
    budget_id: int = Field(foreign_key="budgets.id")
    kind: MoveKind = Field(sa_type=word(MoveKind))
    amount: int = minor()
    approval_id: int | None = Field(default=None, foreign_key="approvals.id")
    other_id: int | None = Field(default=None, foreign_key="budgets.id")  # where moved money went, or came from
    actor_id: int | None = Field(default=None, foreign_key="people.id")
    why: str = ""
    at: datetime = moment()


class Rate(SQLModel, table=True):
    """What one unit of `currency` was worth in `against` from a day on. A decimal number as text: rates are exact."""

    __tablename__ = "rates"
    __table_args__ = (UniqueConstraint("currency", "against", "day", name="one_rate_a_day"),)
    id: int | None = Field(default=None, primary_key=True)
    day: date
    currency: str
    against: str
    rate: str
