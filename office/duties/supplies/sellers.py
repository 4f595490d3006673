"""Who sells, as it was agreed to: orders and invoices keep it."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from storage import purchases
from storage.supply_tables import Invoice, Purchase, Supplier


@dataclass(frozen=True)
class Seller:
    """A supplier as an order was placed with it, or an invoice entered."""

    name: str
    contact: str = ""
    email: str = ""
    address: str = ""
    account: str = ""


def as_kept(supplier: Supplier) -> dict[str, str]:
    return {
        "name": supplier.name, "contact": supplier.contact, "email": supplier.email, "address": supplier.address,
        "account": supplier.account,
    }  # fmt: skip


def seller(session: Session, thing: Purchase | Invoice) -> Seller:
    """Whom an order or an invoice is of: as it was agreed to, of a draft as it is now."""
    return Seller(**(thing.seller or as_kept(purchases.get_supplier(session, thing.supplier_id))))
