"""The office as a file: loaded whole or not at all, and written as it was."""

import pytest

from office.duties.offices import DeskSetup, save_desk
from office.errors import Refusal
from office.office_file import OfficeFileError, load, show
from storage import offices, people
from storage.words import Role
from tests.conftest import OFFICE, Office


def test_the_same_file_twice_changes_nothing_more(office: Office) -> None:
    before = office.do(show)
    assert office.do(lambda s: load(s, OFFICE)) == {
        "places": 1, "departments": 0, "people": 2, "desks": 5, "rooms": 0, "routes": 0, "budgets": 0,
    }  # fmt: skip
    assert office.do(show) == before


def test_what_is_shown_can_be_loaded(office: Office) -> None:
    written = office.do(show)
    office.do(lambda s: load(s, written))
    assert office.do(show) == written
    assert 'time_zone = "Europe/Stockholm"' in written and 'lead = "frank@nordwind.example"' in written


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('zone = "Europe/Stockholm"', 'zone = "Europe/Stokholm"', "line 6: time_zone: .*Europe/Stockholm"),
        ('country = "SE"', 'country = "Sweden"', "line 7: country: .*two letters"),
        ('currency = "SEK"', 'currency = "Crowns"', "line 8: currency"),
        ('hours = "08:00-17:00"', 'hours = "9 to 5"', "line 9: hours: .*08:00-17:00"),
        ('hours = "08:00-17:00"', "hours = 8", "line 9: hours: expected a text"),
        ('roles = ["hr"]', 'roles = ["boss"]', "line 14.*not a role.*admin, office manager"),
        ('roles = ["hr"]', 'rolls = ["hr"]', "line 16: 'rolls' is not known"),
        ('place = "Stockholm"', 'place = "Atlantis"', "line 13: place: .*Atlantis"),
        ('key = "it"', 'kay = "it"', "line 18: 'kay' is not known"),
        ("[[desks]]", "[desks]", "This is not TOML|expected"),
        ('name = "Nordwind"', 'name = "Nordwind"\nlanguage = "fr"', "line 4: language: expected one of"),
        ("[office]", "[offices]", "offices.* is not known"),
        ("[office]", "[office", "not TOML"),
    ],
)
def test_what_is_wrong_is_named_by_line_and_key(office: Office, old: str, new: str, says: str) -> None:
    text = OFFICE.replace(old, new, 1)
    before = office.do(show)
    with pytest.raises(OfficeFileError, match=says):
        office.do(lambda s: load(s, text))
    assert office.do(show) == before, "nothing is half loaded"


def test_somebody_may_be_named_before_they_appear(office: Office) -> None:
    office.do(lambda s: load(s, OFFICE + '[[people]]\nwho = "new@nordwind.example"\nroles = ["finance"]\n'))
    from office.duties import arrivals
    from office.duties.arrivals import Profile
    from storage.words import Standing

    profile = Profile(
        "U0NEW", "Nina New", "nina", "New@nordwind.example", "sv-SE", "Europe/Stockholm", Standing.MEMBER, False
    )
    met = office.do(lambda s: arrivals.meet(s, profile))
    assert met.slack_id == "U0NEW" and met.has(Role.FINANCE)


def test_a_circle_of_managers_is_refused(office: Office) -> None:
    text = OFFICE + '[[people]]\nwho = "@anna"\nmanager = "@bjorn"\n[[people]]\nwho = "@bjorn"\nmanager = "@anna"\n'
    with pytest.raises(OfficeFileError, match="own manager"):
        office.do(lambda s: load(s, text))


def test_the_last_administrator_stays_one(office: Office) -> None:
    with pytest.raises(OfficeFileError, match="only administrator"):
        office.do(lambda s: load(s, OFFICE.replace('roles = ["admin", "office manager"]', "roles = []")))


def test_members_are_replaced_by_the_file(office: Office) -> None:
    office.do(lambda s: load(s, OFFICE.replace('members = ["@frank", "@david"]', 'members = ["@anna"]')))
    with office.database.read() as session:
        desk = offices.find_desk(session, "it")
        members = people.by_ids(session, offices.members(session, desk.id or 0)) if desk else {}
    assert [one.handle for one in members.values()] == ["anna"]


@pytest.mark.parametrize("who", ["petra", "otto"])
def test_only_members_work_at_a_desk(office: Office, who: str) -> None:
    maria, other = office.who("maria"), office.who(who)
    for setup in (DeskSetup("it", "IT", members=(other.id or 0,)), DeskSetup("it", "IT", lead_id=other.id)):
        with pytest.raises(Refusal, match="not a full member"):
            office.do(lambda s, one=setup: save_desk(s, maria, one))
