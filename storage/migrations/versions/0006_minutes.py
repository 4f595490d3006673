"""Minutes: agendas in order and for few eyes, what was said and decided, versions, changes, addenda."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    _agendas()
    op.create_table(
        "minutes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("date_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("chair_id", sa.Integer(), nullable=False),
        sa.Column("taker_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("quorum", sa.Integer(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_by_id", sa.Integer(), nullable=True),
        sa.Column("confirm_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('taking', 'sent', 'confirmed', 'locked', 'dropped')", name="state_is_known"),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"]),
        sa.ForeignKeyConstraint(["date_id"], ["meeting_dates.id"]),
        sa.ForeignKeyConstraint(["chair_id"], ["people.id"]),
        sa.ForeignKeyConstraint(["taker_id"], ["people.id"]),
        sa.ForeignKeyConstraint(["finished_by_id"], ["people.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("month", "serial", name="one_name_each"),
    )
    op.create_index("minutes_of_channel", "minutes", ["channel", "state"])
    op.create_index("minutes_of_meeting", "minutes", ["meeting_id", "id"])
    op.create_index("minutes_to_confirm", "minutes", ["confirm_by"], sqlite_where=sa.text("confirm_by IS NOT NULL"))
    op.create_index(
        "one_minutes_a_date",
        "minutes",
        ["date_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'dropped'"),
        postgresql_where=sa.text("state <> 'dropped'"),
    )
    op.create_table(
        "minutes_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("minutes_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("planned", sa.Integer(), nullable=False),
        sa.Column("aim", sa.String(32), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("readers", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=True),
        sa.Column("from_item_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'done', 'postponed')", name="state_is_known"),
        sa.CheckConstraint("aim IN ('inform', 'discuss', 'decide')", name="aim_is_known"),
        sa.ForeignKeyConstraint(["minutes_id"], ["minutes.id"]),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"]),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"]),
        sa.ForeignKeyConstraint(["from_item_id"], ["minutes_items.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("items_of_minutes", "minutes_items", ["minutes_id", "place", "id"])
    op.create_index("items_taken_up", "minutes_items", ["from_item_id"])
    op.create_table(
        "minutes_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("minutes_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("owners", sa.JSON(), nullable=False),
        sa.Column("outside", sa.JSON(), nullable=False),
        sa.Column("closes", sa.String(32), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("tally", sa.JSON(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("struck", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('note', 'decision', 'action', 'vote')", name="kind_is_known"),
        sa.CheckConstraint("closes IN ('all', 'any')", name="closes_is_known"),
        sa.ForeignKeyConstraint(["minutes_id"], ["minutes.id"]),
        sa.ForeignKeyConstraint(["item_id"], ["minutes_items.id"]),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"]),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"]),
        sa.ForeignKeyConstraint(["replaces_id"], ["minutes_entries.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("minutes_id", "source", name="one_entry_a_message"),
    )
    op.create_index("entries_of_minutes", "minutes_entries", ["minutes_id", "id"])
    op.create_index("entries_of_task", "minutes_entries", ["task_id"], sqlite_where=sa.text("task_id IS NOT NULL"))
    op.create_index(
        "entries_replaced", "minutes_entries", ["replaces_id"], sqlite_where=sa.text("replaces_id IS NOT NULL")
    )
    op.create_table(
        "minutes_votes",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("choice", sa.String(32), nullable=False),
        sa.CheckConstraint("choice IN ('yes', 'no', 'abstain')", name="choice_is_known"),
        sa.ForeignKeyConstraint(["entry_id"], ["minutes_entries.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.PrimaryKeyConstraint("entry_id", "person_id"),
    )
    op.create_table(
        "minutes_attendance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("minutes_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("guest", sa.Boolean(), nullable=False),
        sa.Column("presence", sa.String(32), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("came", sa.String(), nullable=False),
        sa.Column("left", sa.String(), nullable=False),
        sa.Column("confirmed", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("presence IN ('present', 'excused', 'absent', 'represented')", name="presence_is_known"),
        sa.ForeignKeyConstraint(["minutes_id"], ["minutes.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("minutes_id", "person_id", name="there_once"),
    )
    op.create_index("attendance_of_person", "minutes_attendance", ["person_id", "minutes_id"])
    op.create_index("ix_minutes_attendance_minutes_id", "minutes_attendance", ["minutes_id"])
    op.create_table(
        "minutes_editions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("minutes_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("addenda", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["minutes_id"], ["minutes.id"]),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("minutes_id", "number", "addenda", name="one_edition_each"),
    )
    op.create_table(
        "minutes_amendments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("minutes_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("old", sa.String(), nullable=False),
        sa.Column("new", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.CheckConstraint("state IN ('asked', 'accepted', 'declined')", name="state_is_known"),
        sa.CheckConstraint("kind IN ('change', 'addendum')", name="kind_is_known"),
        sa.ForeignKeyConstraint(["minutes_id"], ["minutes.id"]),
        sa.ForeignKeyConstraint(["entry_id"], ["minutes_entries.id"]),
        sa.ForeignKeyConstraint(["item_id"], ["minutes_items.id"]),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"]),
        sa.ForeignKeyConstraint(["decided_by_id"], ["people.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("amendments_of_minutes", "minutes_amendments", ["minutes_id", "state"])
    _nothing_sent_changes()


def _agendas() -> None:
    op.execute("ALTER TABLE meeting_matters ADD COLUMN date_id INTEGER REFERENCES meeting_dates (id)")
    op.add_column("meeting_matters", sa.Column("place", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("meeting_matters", sa.Column("aim", sa.String(32), nullable=False, server_default="discuss"))
    op.add_column("meeting_matters", sa.Column("readers", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("meeting_dates", sa.Column("agenda_at", sa.DateTime(timezone=True), nullable=True))


def _nothing_sent_changes() -> None:
    """A version that was sent stays as it is, and so does everything of minutes that are locked."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER minutes_editions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON minutes_editions "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            "CREATE TRIGGER minutes_locked BEFORE UPDATE OR DELETE ON minutes "
            "FOR EACH ROW WHEN (OLD.state = 'locked') EXECUTE FUNCTION refuse_change()"
        )
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER minutes_editions_no_{act.lower()} BEFORE {act} ON minutes_editions "
            "BEGIN SELECT RAISE(ABORT, 'minutes_editions is append-only'); END"
        )
        op.execute(
            f"CREATE TRIGGER minutes_locked_no_{act.lower()} BEFORE {act} ON minutes WHEN OLD.state = 'locked' "
            "BEGIN SELECT RAISE(ABORT, 'locked minutes stay as they are'); END"
        )
