"""Refusal: the polite no. Everything else that is raised is a bug."""


class Refusal(Exception):
    """English text with {placeholders}, and the facts that fill them in the reader's language.

    The text says what is wrong and what to do instead. It is translated where it is shown, so it must stand
    in the source as one literal.
    """

    def __init__(self, text: str, **facts: object) -> None:
        super().__init__(text)
        self.text = text
        self.facts = facts

    def __str__(self) -> str:
        shown = {
            name: ", ".join(map(str, fact)) if isinstance(fact, list) else fact for name, fact in self.facts.items()
        }
        return self.text.format_map(shown)
