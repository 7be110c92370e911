from typing import Any

from django import forms
from django.conf import settings

from breakwater.attachments.rules import ALLOWED_IN_WORDS
from breakwater.web.forms import GovForm, Look

PICTURES = "Pictures lose where and when they were taken. No videos."
NO_PICTURES = "On this case no pictures, videos or PDFs: what may show abuse stays with the police."


class DocumentField(forms.FileField):
    look = Look(size="m", noun="a document")

    def __init__(self, pictures: bool):
        limit = settings.ATTACHMENT_MAX_BYTES // 1_000_000
        super().__init__(
            label="Add a document",
            help_text=f"{ALLOWED_IN_WORDS[:1].upper()}{ALLOWED_IN_WORDS[1:]} file, smaller than "
            f"{limit} MB. {PICTURES if pictures else NO_PICTURES}",
            error_messages={"required": "Choose the document to add"},
            # An empty one is refused by the action, which writes the refusal down.
            allow_empty_file=True,
        )


class AttachForm(GovForm):
    """One document; everything else about it the hub finds out itself."""

    def __init__(self, pictures: bool, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["document"] = DocumentField(pictures)
