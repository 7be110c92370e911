from breakwater.access.glass.forms import SaidForm
from breakwater.access.glass.rules import GlassPurpose
from breakwater.web.forms import Choice, Text

PURPOSES = tuple((p.value, p.value[:1].upper() + p.value[1:]) for p in GlassPurpose)


class EmergencyForm(SaidForm):
    called = Text(
        "Which case?",
        noun="which case",
        hint="A case number such as 412, or a reference such as BW-1A2B-3C4D-5E6F",
        max_length=40,
        autocomplete="off",
        spellcheck=False,
        width=20,
    )
    purpose = Choice("Why can it not wait?", noun="why it cannot wait", choices=PURPOSES)
    field_order = ("called", "purpose", "reason")
