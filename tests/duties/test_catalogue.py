"""The catalogue: what a company may change, and how a mistake in it is named."""

from pathlib import Path

import pytest

from office import catalogue
from office.catalogue import CatalogueError

TITLE = 'title = { en = "Bicycle" }\ndesk = "office"\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("title = 1", "bicycle.toml: title"),
        ('desk = "office"', "bicycle.toml: title: Field required"),
        (TITLE + "colour = 1", "bicycle.toml: colour"),
        (TITLE + "answer = { low = 1, normal = 0, high = 1 }", "answer.normal"),
        (TITLE + '[[fields]]\nkey = "a"\nkind = "colour"\nlabel = { en = "A" }', "fields.0.kind"),
        (TITLE + '[[fields]]\nkey = "a"\nkind = "choice"\nlabel = { en = "A" }', "needs 'choices'"),
        (
            TITLE
            + '[[fields]]\nkey = "a"\nkind = "text"\nlabel = { en = "A" }\nchoices = [{ key = "b", label = { en = "B" } }]',
            "only for choice",
        ),
        (TITLE + '[[fields]]\nkey = "a"\nkind = "text"\nlabel = { en = "A" }\n' * 2, "not TOML|used twice"),
        (TITLE + 'key = "other"', "file's name"),
        ("title = {", "not TOML"),
    ],
)
def test_a_mistake_names_file_and_key(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "bicycle.toml").write_text(text)
    with pytest.raises(CatalogueError, match=says):
        catalogue.load(tmp_path)


def test_a_company_adds_changes_and_takes_out(tmp_path: Path) -> None:
    (tmp_path / "bicycle.toml").write_text(TITLE + 'hints = ["bicycle*"]')
    (tmp_path / "travel.toml").write_text("")
    (tmp_path / "mail.toml").write_text('title = { en = "Post" }\ndesk = "front"\n')
    own = catalogue.load(tmp_path)
    assert own.guess("my bicycle has a flat tyre").key == "bicycle"
    assert own.find("travel") is None and own.get("travel").key == "anything_else"
    assert own.get("mail").title == {"en": "Post"} and "front" in own.desks()


def test_anything_else_stays(tmp_path: Path) -> None:
    (tmp_path / "anything_else.toml").write_text("")
    with pytest.raises(CatalogueError, match="not emptied"):
        catalogue.load(tmp_path)


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="no folder"):
        catalogue.load(tmp_path / "nowhere")


def test_the_shipped_types_are_all_there() -> None:
    assert len(catalogue.load().types) == 22
