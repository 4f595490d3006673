"""/desk: the menu of everything, help, settings, undo, and the office itself."""

from handlers.desk import commands, letters, office_forms

COMMANDS = {"/desk": commands.desk}
ACTIONS = {
    "desk.menu": commands.menu,
    "desk.help": commands.usage,
    "desk.language": commands.language,
    "desk.set_language": commands.set_language,
    "desk.undo": commands.undo_last,
    "desk.claim": commands.claim,
    "desk.office": office_forms.overview,
    "desk.name": office_forms.open_name,
    "desk.place": office_forms.open_place,
    "desk.department": office_forms.open_department,
    "desk.person": office_forms.open_person,
    "desk.desk": office_forms.open_desk,
    "desk.letters": letters.overview,
    "desk.send_again": letters.send_again,
    "desk.drop": letters.drop,
    "desk.letters_again_all": letters.send_all_again,
}
VIEWS = {
    "desk.name": office_forms.name_sent,
    "desk.place": office_forms.place_sent,
    "desk.department": office_forms.department_sent,
    "desk.person": office_forms.person_sent,
    "desk.desk": office_forms.desk_sent,
}
