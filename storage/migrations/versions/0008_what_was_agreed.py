"""Supplies: what an order and an invoice were agreed to with, changes of suppliers, VAT by rate, prices below a cent."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.checks import widen

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    for name in ("address", "account"):
        op.add_column("suppliers", sa.Column(name, sa.String(), nullable=False, server_default=""))
    op.create_table(
        "supplier_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.CheckConstraint("state IN ('asked', 'confirmed', 'refused')", name="state_is_known"),
        sa.ForeignKeyConstraint(["supplier_id"], ["suppliers.id"]),
        sa.ForeignKeyConstraint(["asked_by_id"], ["people.id"]),
        sa.ForeignKeyConstraint(["decided_by_id"], ["people.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    asked = sa.text("state = 'asked'")
    op.create_index(
        "supplier_changes_one", "supplier_changes", ["supplier_id"], unique=True, sqlite_where=asked,
        postgresql_where=asked,
    )  # fmt: skip
    op.create_table(
        "stock_claims",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('asked', 'confirmed', 'refused')", name="state_is_known"),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.ForeignKeyConstraint(["decided_by_id"], ["people.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.add_column("items", sa.Column("ean", sa.String(), nullable=False, server_default=""))
    for table in ("items", "purchase_lines", "invoice_lines"):
        op.add_column(table, sa.Column("per", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("purchase_lines", sa.Column("extra", sa.Integer(), nullable=False, server_default="0"))
    for table in ("purchases", "invoices"):
        op.add_column(table, sa.Column("seller", sa.JSON(), nullable=True))
    _keep_sellers()
    op.add_column("invoices", sa.Column("taxes", sa.JSON(), nullable=True))
    op.add_column("supply_imports", sa.Column("cells", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("supply_imports", sa.Column("choices", sa.JSON(), nullable=False, server_default="{}"))
    widen("items", "unit", (
        "piece", "packet", "ream", "roll", "bottle", "bag", "can", "pair", "box", "set", "kilogram", "litre", "metre",
    ))  # fmt: skip
    widen("stock_moves", "kind", (
        "reserve", "release", "take", "bring", "receive", "send_back", "damage", "count", "correct", "order", "cancel",
        "extra",
    ))  # fmt: skip
    widen("receipts", "kind", ("received", "damaged", "wrong", "returned", "closed", "extra"))


def _keep_sellers() -> None:
    """Orders and invoices that there are keep the supplier as it is called and reached now."""
    connection = op.get_bind()
    named = connection.execute(sa.text("SELECT id, name, contact, email, address, account FROM suppliers")).mappings()
    sellers = {row["id"]: {name: row[name] for name in row if name != "id"} for row in named}
    for table in ("purchases", "invoices"):
        kept = sa.table(table, sa.column("supplier_id"), sa.column("seller", sa.JSON()), sa.column("state"))
        for number, seller in sellers.items():
            theirs = kept.update().where(kept.c.supplier_id == number, kept.c.state != "draft")
            connection.execute(theirs.values(seller=seller))
