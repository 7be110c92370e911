"""The pages on which somebody replies to what their team is asked."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from breakwater.access.queries import actor_of_request
from breakwater.access.rules import Actor, NotAllowed
from breakwater.attachments.rules import Refused
from breakwater.referrals.moves import Overtaken, WrongInput
from breakwater.sharing.portal import actions, drafts, presenter
from breakwater.sharing.portal.drafts import DraftFacts
from breakwater.sharing.portal.forms import (
    AnswerForm,
    DeclineForm,
    NothingForm,
    PhoneForm,
    Replying,
    from_draft,
)
from breakwater.sharing.portal.queries import OpenedRequest
from breakwater.sharing.portal.rules import Upload
from breakwater.sharing.rules import Reply
from breakwater.web.forms import sent

SAVED = "Saved for you alone. It is not sent: come back here to finish it."
KEPT = "What you typed is kept."


@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, reference: str) -> HttpResponse:
    """A box a question; what is typed is kept before it is sent."""
    actor = actor_of_request(request)
    found, draft = _open(actor, reference)
    form = AnswerForm(
        found.questions,
        sent(request),
        request.FILES if request.method == "POST" else None,
        initial=from_draft(draft),
    )
    later = request.POST.get("do") == "later"
    held = later or bool(draft and draft.documents)
    if request.method == "POST" and _saved(request, actor, reference, form, held=held):
        if later:
            messages.success(request, SAVED)
            return redirect("asked-request", reference)
        return redirect("check-answer", reference)
    return _shown(request, "sharing/answer.html", found, {"form": form, "draft": draft})


def _saved(
    request: HttpRequest, actor: Actor, reference: str, form: AnswerForm, *, held: bool
) -> bool:
    """Whether all that was sent is kept; if not, the form says why, and shows it.

    `held`: it may be empty, for a document is held already or it is to be finished later.
    """
    upload = _upload(request)
    valid = form.is_valid()
    if upload and upload.size > settings.ATTACHMENT_MAX_BYTES:
        # So large that it was not read to its end: the action says so, not the form.
        form.errors.pop("document", None)
        valid = not form.errors
    if not valid:
        if upload and upload.name:
            form.error_at("document", "Choose the document again: it was not kept")
        return False
    if not held and not upload and not any(text.strip() for text in form.said().answers):
        form.error_at("answer_0", "Answer at least one question, or add a document")
        return False
    try:
        drafts.save(actor, reference, form.said(), upload)
    except Refused as refusal:
        form.error_at("document", str(refusal))
    except WrongInput as wrong:
        for field, sentence in wrong.errors:
            form.error_at(field, sentence)
    except NotAllowed as refusal:
        raise Http404(str(refusal)) from None
    else:
        return True
    return False


def _upload(request: HttpRequest) -> Upload | None:
    given = request.FILES.get("document")
    if given is None:
        # Far too large: the connection was cut, or it was dropped while it came.
        length = int(request.META.get("CONTENT_LENGTH") or 0)
        return Upload("", b"", length) if length > settings.ATTACHMENT_MAX_BYTES else None
    return Upload(given.name or "", given.read(), given.size or 0)


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, reference: str) -> HttpResponse:
    """The whole answer once more, before it is sent."""
    actor = actor_of_request(request)
    found, draft = _open(actor, reference)
    if draft is None:
        return redirect("asked-request", reference)
    form = NothingForm(sent(request), initial={"version": found.version})
    if request.method == "POST":
        if request.POST.get("do", "").startswith("take-out-"):
            return _take_out(request, actor, reference)
        if _tried(form, lambda v: drafts.send(actor, reference, version=v)):
            return redirect("answer-received", reference)
        # Opened again: the colleague may have replied after the first look.
        found, draft = _open(actor, reference)
        if draft is None:
            return redirect("asked-request", reference)
        form.renew(found.version)
    context = {"form": form, "draft": draft} | presenter.draft_page(found, draft)
    return _shown(request, "sharing/check_answer.html", found, context)


def _take_out(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    number = request.POST["do"].removeprefix("take-out-")
    if number.isascii() and number.isdigit() and len(number) < 19:
        drafts.take_out(actor, reference, int(number))
        messages.success(request, "The document is taken out.")
    return redirect("check-answer", reference)


@require_http_methods(["GET", "POST"])
def nothing(request: HttpRequest, reference: str) -> HttpResponse:
    """A nil return: an answer with a name and a time."""
    form = NothingForm(sent(request))

    def reply(actor: Actor, version: int) -> object:
        return actions.answer(actor, reference, Reply.NOTHING_KNOWN, version=version)

    return _replied(request, reference, form, reply, "sharing/nothing_known.html")


@require_http_methods(["GET", "POST"])
def phone(request: HttpRequest, reference: str) -> HttpResponse:
    """Somebody would rather say it than write it."""
    form = PhoneForm(sent(request))

    def reply(actor: Actor, version: int) -> object:
        number = form.phone()
        return actions.answer(actor, reference, Reply.PHONE, phone=number, version=version)

    return _replied(request, reference, form, reply, "sharing/ask_by_phone.html")


@require_http_methods(["GET", "POST"])
def decline(request: HttpRequest, reference: str) -> HttpResponse:
    """No, and why."""
    form = DeclineForm(sent(request))

    def reply(actor: Actor, version: int) -> object:
        return actions.answer(
            actor,
            reference,
            Reply.DECLINE,
            reason=form.cleaned_data["reason"],
            handling=form.handled(),
            version=version,
        )

    return _replied(request, reference, form, reply, "sharing/decline.html")


def _replied(
    request: HttpRequest,
    reference: str,
    form: Replying,
    reply: Callable[[Actor, int], object],
    template: str,
) -> HttpResponse:
    """A page with one short form: send it, or say what is wrong and show it again."""
    actor = actor_of_request(request)
    found, _draft = _open(actor, reference)
    if request.method == "POST":
        if _tried(form, lambda version: reply(actor, version)):
            return redirect("answer-received", reference)
        found, _draft = _open(actor, reference)
    form.renew(found.version)
    return _shown(request, template, found, {"form": form})


def _tried(form: Replying, send: Callable[[int], object]) -> bool:
    """Send a valid form; what cannot stand is said at its field, and nothing typed is lost."""
    if not form.is_valid():
        return False
    try:
        send(form.cleaned_data["version"])
    except WrongInput as wrong:
        for field, sentence in wrong.errors:
            form.error_at(field if field in form.fields else "__all__", sentence)
    except Refused as refusal:
        form.add_error(None, str(refusal))
    except Overtaken as overtaken:
        form.add_error(None, f"{overtaken} {KEPT} Read it below, then send yours if it adds to it.")
        form.overtaken = True
    except NotAllowed as refusal:
        # Withdrawn, or no longer theirs, since the page was opened.
        raise Http404(str(refusal)) from None
    else:
        return True
    return False


def _open(actor: Actor, reference: str) -> tuple[OpenedRequest, DraftFacts | None]:
    try:
        return drafts.open_with_draft(actor, reference)
    except NotAllowed as refusal:
        raise Http404(str(refusal)) from None


def _shown(
    request: HttpRequest, template: str, found: OpenedRequest, context: dict[str, Any]
) -> HttpResponse:
    of_page = presenter.request_page(found, timezone.now())
    status = 422 if context["form"].is_bound else 200
    return render(request, template, of_page | context, status=status)
