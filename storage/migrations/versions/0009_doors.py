"""Doors: foreign data is tried a few times only."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("busy_feeds", sa.Column("tries", sa.Integer(), nullable=False, server_default="0"))
    # Guests who were invited before have the meeting's UID in their calendars.
    op.add_column("meetings", sa.Column("own_uids", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "foreign_tries",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
