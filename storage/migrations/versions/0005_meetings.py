"""Meetings: rooms, equipment, dates, invitations, bookings, waiting lists, preparation, calendars."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "rooms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("features", sa.JSON(), nullable=False),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.Column("notice", sa.Integer(), nullable=False),
        sa.Column("ahead", sa.Integer(), nullable=False),
        sa.Column("longest", sa.Integer(), nullable=False),
        sa.Column("buffer", sa.Integer(), nullable=False),
        sa.Column("bookers", sa.JSON(), nullable=False),
        sa.Column("keeper_id", sa.Integer(), nullable=True),
        sa.Column("needs_yes", sa.Boolean(), nullable=False),
        sa.Column("check_in", sa.Boolean(), nullable=False),
        sa.Column("closed", sa.JSON(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('room', 'equipment')", name="kind_is_known"),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"]),
        sa.ForeignKeyConstraint(["keeper_id"], ["people.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("folded"),
    )
    op.create_index("rooms_of_place", "rooms", ["place_id", "removed"])
    op.create_table(
        "meetings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("organiser_id", sa.Integer(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("clock", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(), nullable=True),
        sa.Column("on_holidays", sa.String(), nullable=False),
        sa.Column("planned_until", sa.Date(), nullable=True),
        sa.Column("rooms", sa.JSON(), nullable=False),
        sa.Column("remind_before", sa.Integer(), nullable=False),
        sa.Column("video", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("parties", sa.String(), nullable=False),
        sa.Column("aims", sa.String(), nullable=False),
        sa.Column("limits", sa.String(), nullable=False),
        sa.Column("our_side", sa.JSON(), nullable=False),
        sa.Column("follows_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('planned', 'cancelled')", name="state_is_known"),
        sa.ForeignKeyConstraint(["organiser_id"], ["people.id"]),
        sa.ForeignKeyConstraint(["follows_id"], ["meetings.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index("meetings_of_organiser", "meetings", ["organiser_id", "state", "id"])
    op.create_index(
        "meetings_to_plan", "meetings", ["planned_until"], sqlite_where=sa.text("planned_until IS NOT NULL")
    )
    op.create_table(
        "meeting_dates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("moved", sa.Boolean(), nullable=False),
        sa.Column("is_long", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("chase_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('planned', 'cancelled')", name="state_is_known"),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("meeting_id", "day", name="one_date_a_day"),
    )
    op.create_index("meeting_dates_by_time", "meeting_dates", ["starts_at", "state"])
    op.create_index(
        "meeting_dates_long",
        "meeting_dates",
        ["starts_at"],
        sqlite_where=sa.text("is_long"),
        postgresql_where=sa.text("is_long"),
    )
    op.create_index(
        "meeting_dates_to_chase", "meeting_dates", ["chase_at"], sqlite_where=sa.text("chase_at IS NOT NULL")
    )
    op.create_index(
        "meeting_dates_to_remind", "meeting_dates", ["remind_at"], sqlite_where=sa.text("remind_at IS NOT NULL")
    )
    op.create_table(
        "invitees",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("reply", sa.String(32), nullable=False),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("stands_in_id", sa.Integer(), nullable=True),
        sa.Column("chased", sa.Boolean(), nullable=False),
        sa.CheckConstraint("reply IN ('asked', 'yes', 'no', 'maybe')", name="reply_is_known"),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.ForeignKeyConstraint(["stands_in_id"], ["people.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("meeting_id", "person_id", name="invited_once"),
    )
    op.create_index("invitees_of_person", "invitees", ["person_id", "meeting_id"])
    op.create_index("ix_invitees_meeting_id", "invitees", ["meeting_id"])
    op.create_table(
        "date_replies",
        sa.Column("date_id", sa.Integer(), nullable=False),
        sa.Column("invitee_id", sa.Integer(), nullable=False),
        sa.Column("reply", sa.String(32), nullable=False),
        sa.CheckConstraint("reply IN ('asked', 'yes', 'no', 'maybe')", name="reply_is_known"),
        sa.ForeignKeyConstraint(["date_id"], ["meeting_dates.id"]),
        sa.ForeignKeyConstraint(["invitee_id"], ["invitees.id"]),
        sa.PrimaryKeyConstraint("date_id", "invitee_id"),
    )
    op.create_table(
        "bookings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("date_id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("check_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('held', 'pending', 'offered', 'released', 'declined')", name="state_is_known"),
        sa.ForeignKeyConstraint(["date_id"], ["meeting_dates.id"]),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"]),
        sa.ForeignKeyConstraint(["decided_by_id"], ["people.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("bookings_of_date", "bookings", ["date_id"])
    op.create_index(
        "bookings_of_room",
        "bookings",
        ["room_id", "starts_at"],
        sqlite_where=sa.text("state IN ('held', 'pending', 'offered')"),
        postgresql_where=sa.text("state IN ('held', 'pending', 'offered')"),
    )
    op.create_index("bookings_to_check", "bookings", ["check_by"], sqlite_where=sa.text("check_by IS NOT NULL"))
    op.create_table(
        "waits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("date_id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("booking_id", sa.Integer(), nullable=True),
        sa.Column("offered_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'offered', 'taken', 'passed', 'gone')", name="state_is_known"),
        sa.ForeignKeyConstraint(["date_id"], ["meeting_dates.id"]),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"]),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("waits_of_date", "waits", ["date_id"])
    op.create_index("waits_of_room", "waits", ["room_id", "state", "id"])
    op.create_index("waits_offered", "waits", ["offered_until"], sqlite_where=sa.text("offered_until IS NOT NULL"))
    op.create_table(
        "meeting_matters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("days_before", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('agenda', 'task', 'link')", name="kind_is_known"),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"]),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"]),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"]),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("matters_of_meeting", "meeting_matters", ["meeting_id", "id"])
    op.create_table(
        "visitors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("date_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("company", sa.String(), nullable=False),
        sa.Column("host_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"]),
        sa.ForeignKeyConstraint(["date_id"], ["meeting_dates.id"]),
        sa.ForeignKeyConstraint(["host_id"], ["people.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("visitors_of_date", "visitors", ["date_id"])
    op.create_table(
        "calendar_feeds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token"),
    )
    op.create_index("feeds_of_person", "calendar_feeds", ["person_id"])
    op.create_table(
        "busy_feeds",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.PrimaryKeyConstraint("person_id"),
    )
    op.create_index("busy_feeds_due", "busy_feeds", ["next_at"])
    op.create_table(
        "busy_times",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("busy_of_person", "busy_times", ["person_id", "starts_at"])
    _no_two_at_once()


# Safety below the duty's own check: whatever writes, no two bookings hold one room at one time.
_HOLDS = "('held', 'pending', 'offered')"


def _no_two_at_once() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "ALTER TABLE bookings ADD CONSTRAINT no_two_at_once EXCLUDE USING gist "
            "(int4range(room_id, room_id, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&) "
            f"WHERE (state IN {_HOLDS})"
        )
        return
    mine = f"b.room_id = NEW.room_id AND b.state IN {_HOLDS} AND b.id IS NOT NEW.id"
    for act in ("INSERT", "UPDATE"):
        op.execute(
            f"CREATE TRIGGER bookings_no_two_at_once_{act.lower()} BEFORE {act} ON bookings WHEN NEW.state IN {_HOLDS} "
            "BEGIN SELECT RAISE(ABORT, 'no_two_at_once') WHERE EXISTS (SELECT 1 FROM bookings b "
            f"WHERE {mine} AND b.starts_at >= NEW.starts_at AND b.starts_at < NEW.ends_at) "
            f"OR (SELECT b.ends_at FROM bookings b WHERE {mine} AND b.starts_at < NEW.starts_at "
            "ORDER BY b.starts_at DESC LIMIT 1) > NEW.starts_at; END"
        )
