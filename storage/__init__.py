"""storage remembers: if it says column or select, it is here."""
