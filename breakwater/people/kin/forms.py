from breakwater.access.rules import Kinship
from breakwater.web.forms import Choice, Date, GovForm, Text

# "myself" first: everybody starts with that.
KINSHIPS = tuple((k.value, k.value[:1].upper() + k.value[1:]) for k in Kinship)


class KinForm(GovForm):
    kinship = Choice("Who is it?", noun="who it is", choices=KINSHIPS)
    given = Text("Given name", max_length=200, autocomplete="off", spellcheck=False, width=20)
    family = Text("Family name", max_length=200, autocomplete="off", spellcheck=False, width=20)
    born = Date("Birth date", hint="For example, 31 3 1980", when="today or past")
