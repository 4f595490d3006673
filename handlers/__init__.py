"""handlers hear and show: if it says block, button, modal, command or ack, it is here."""
