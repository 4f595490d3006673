"""How far tests go: a few examples in `make test`, many in `make test-all`."""

EVERYTHING = False


def go_far() -> None:
    """Called once at the start where everything is asked for."""
    global EVERYTHING
    EVERYTHING = True


def of(few: int, many: int) -> int:
    """How many examples to try."""
    return many if EVERYTHING else few
