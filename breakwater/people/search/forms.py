from breakwater.people.search.rules import LONGEST
from breakwater.web.forms import Choice, GovForm, Text

PURPOSES = (
    ("triage", "To triage a referral"),
    ("work on a case", "To work on a case"),
    ("checks for a partner", "A partner asked what we know"),
    ("correcting records", "To correct records"),
)


class SearchForm(GovForm):
    """Posted, never in an address: what is typed here is about people."""

    who = Text(
        "Who are you looking for?",
        noun="who you are looking for",
        hint="Any part of a name, alias, address, postcode, number, phone, email or account",
        max_length=LONGEST,
        autocomplete="off",
        spellcheck=False,
    )
    purpose = Choice("Why are you looking?", noun="why you are looking", choices=PURPOSES)
