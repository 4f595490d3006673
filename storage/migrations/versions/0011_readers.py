"""Who reads a desk's channel."""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    # Not known until Slack has been asked: what is confidential is not said in a channel before.
    op.execute(
        "ALTER TABLE desks ADD COLUMN readers VARCHAR(32) NOT NULL DEFAULT 'unknown' "
        "CONSTRAINT readers_is_known CHECK (readers IN ('unknown', 'desk', 'others', 'everyone'))"
    )
