"""Approvals: the year that was shown, whom an administrator proposes, why no cover has it, which cards to look at."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("approvals", sa.Column("year", sa.Integer(), nullable=True))
    op.add_column("approvals", sa.Column("proposed", sa.JSON(), nullable=True))
    op.add_column("approvals", sa.Column("unclear", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("approval_seats", sa.Column("absent", sa.JSON(), nullable=True))
    op.create_table(
        "approval_looks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("approval_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
