"""The chain over the history runs over digests of contents, under a key from outside."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("history_seals", sa.Column("digest", sa.String(), nullable=False, server_default=""))
    op.add_column("history_seals", sa.Column("key_name", sa.String(), nullable=False, server_default=""))
