"""Supplies: from what people ask for to a full cupboard and a paid invoice."""
