"""Time: tasks, reminders, absences, digests, and how people want to be told."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("people", sa.Column("direct_channel", sa.String(), nullable=True))
    op.create_index("people_of_manager", "people", ["manager_id"])
    op.create_table(
        "tasks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("giver_id", sa.Integer(), nullable=False),
        sa.Column("closes", sa.String(32), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("link", sa.String(), nullable=True),
        sa.Column("rule", sa.String(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("clock", sa.String(), nullable=True),
        sa.Column("on_holidays", sa.String(), nullable=False),
        sa.Column("follows_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'done', 'deleted')", name="state_is_known"),
        sa.CheckConstraint("closes IN ('all', 'any')", name="closes_is_known"),
        sa.ForeignKeyConstraint(["giver_id"], ["people.id"]),
        sa.ForeignKeyConstraint(["follows_id"], ["tasks.id"]),
        sa.ForeignKeyConstraint(["done_by_id"], ["people.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("tasks_done", "tasks", ["done_at"], sqlite_where=sa.text("done_at IS NOT NULL"))
    op.create_index("tasks_following", "tasks", ["follows_id"], sqlite_where=sa.text("follows_id IS NOT NULL"))
    op.create_index("tasks_of_giver", "tasks", ["giver_id", "state", "id"])
    op.create_table(
        "task_owners",
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("holding", sa.String(32), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=True),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("snoozed", sa.Boolean(), nullable=False),
        sa.CheckConstraint("holding IN ('holds', 'offered', 'done')", name="holding_is_known"),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.ForeignKeyConstraint(["from_id"], ["people.id"]),
        sa.PrimaryKeyConstraint("task_id", "person_id"),
    )
    op.create_index("task_owners_due", "task_owners", ["remind_at"], sqlite_where=sa.text("remind_at IS NOT NULL"))
    op.create_index("task_owners_of_person", "task_owners", ["person_id", "holding", "task_id"])
    op.create_table(
        "reminders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("maker_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("rule", sa.String(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("clock", sa.String(), nullable=True),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("floats", sa.Boolean(), nullable=False),
        sa.Column("on_holidays", sa.String(), nullable=False),
        sa.Column("changed", sa.JSON(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_as", sa.String(), nullable=True),
        sa.Column("link", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('active', 'ended', 'declined')", name="state_is_known"),
        sa.ForeignKeyConstraint(["maker_id"], ["people.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("reminders_due", "reminders", ["next_at"], sqlite_where=sa.text("next_at IS NOT NULL"))
    op.create_index("reminders_of_maker", "reminders", ["maker_id", "state", "id"])
    op.create_index("reminders_of_person", "reminders", ["person_id", "state", "id"])
    op.create_table(
        "absences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wall", sa.JSON(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("cover_id", sa.Integer(), nullable=True),
        sa.Column("cover_state", sa.String(32), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("cover_state IN ('none', 'asked', 'accepted', 'refused')", name="cover_state_is_known"),
        sa.CheckConstraint("state IN ('planned', 'on', 'over', 'cancelled')", name="state_is_known"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.ForeignKeyConstraint(["cover_id"], ["people.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("absences_due", "absences", ["next_at"], sqlite_where=sa.text("next_at IS NOT NULL"))
    op.create_index("absences_of_cover", "absences", ["cover_id", "state"])
    op.create_index("absences_of_person", "absences", ["person_id", "state", "starts_at"])
    op.create_index("absences_to_come", "absences", ["state", "ends_at"])
    op.create_table(
        "preferences",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("digest_at", sa.String(), nullable=False),
        sa.Column("digest_days", sa.JSON(), nullable=True),
        sa.Column("digest_on", sa.Boolean(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("next_digest_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.PrimaryKeyConstraint("person_id"),
    )
    op.create_index(
        "preferences_due", "preferences", ["next_digest_at"], sqlite_where=sa.text("next_digest_at IS NOT NULL")
    )
    op.create_table(
        "digests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('daily', 'back')", name="kind_is_known"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("person_id", "due_at", name="one_digest_a_moment"),
    )
    op.create_index("digests_of_person", "digests", ["person_id", "id"])
    op.create_table(
        "news",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("detail_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("news_of_person", "news", ["person_id", "at"])
