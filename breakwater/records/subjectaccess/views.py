from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from breakwater.access.queries import actor_of_request
from breakwater.access.rules import Actor, NotAllowed
from breakwater.records.subjectaccess import actions, presenter
from breakwater.records.subjectaccess.actions import NotReady
from breakwater.records.subjectaccess.export import CONTENT_TYPES, Format
from breakwater.records.subjectaccess.forms import ChoicesForm, HandOverForm, PersonForm
from breakwater.records.subjectaccess.queries import Preview

FORMATS = {form.value: form for form in Format}


@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """The cases that were handed to the reader, to answer who asks."""
    try:
        cases = actions.open_desk(actor_of_request(request))
    except NotAllowed as refusal:
        raise Http404(str(refusal)) from None
    return render(request, "records/desk.html", {"cases": cases})


@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest, case_id: int) -> HttpResponse:
    """Let somebody of the desk see a case, to the end of a day."""
    actor = actor_of_request(request)
    try:
        officers = actions.check_hand_over(actor, case_id)
        form = HandOverForm(officers, request.POST or None)
        if request.method == "POST" and form.is_valid():
            officer, until = int(form.cleaned_data["officer"]), form.cleaned_data["until"]
            try:
                actions.hand_over(actor, case_id, officer, until)
            except NotReady as refusal:
                for field, sentence in refusal.errors:
                    form.error_at(field, sentence)
            else:
                messages.success(request, f"Case {case_id} is with {dict(officers)[officer]}.")
                return redirect("who-looked", case_id)
    except NotAllowed as refusal:
        raise Http404(str(refusal)) from None
    context = {"form": form, "case_id": case_id}
    status = 422 if form.is_bound else 200
    return render(request, "records/hand_over.html", context, status=status)


@require_http_methods(["GET", "POST"])
def choose_person(request: HttpRequest, case_id: int) -> HttpResponse:
    """Choose who of the case asks."""
    actor = actor_of_request(request)
    try:
        people = actions.open_people(actor, case_id)
        form = PersonForm(people, request.POST or None)
        if request.method == "POST" and form.is_valid():
            mention_id = int(form.cleaned_data["person"])
            actions.begin(actor, case_id, mention_id)
            return redirect("subject-access-preview", case_id, mention_id)
    except (NotAllowed, NotReady) as refusal:
        raise Http404(str(refusal)) from None
    context = {"form": form, "case_id": case_id}
    status = 422 if form.is_bound else 200
    return render(request, "records/choose_person.html", context, status=status)


@require_http_methods(["GET", "POST"])
def preview(request: HttpRequest, case_id: int, mention_id: int) -> HttpResponse:
    """Every part of the case with whose it is; what is chosen stays, also when it is not ready."""
    actor = actor_of_request(request)
    shown = _preview(actor, case_id, mention_id)
    form = ChoicesForm(
        shown.decided, request.POST or None, initial={"serious_harm": shown.serious_harm}
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.choose(
                actor, case_id, mention_id, form.chosen(), form.cleaned_data["serious_harm"]
            )
            wanted = FORMATS.get(request.POST.get("do", ""))
            if wanted:
                return _file(actions.export_file(actor, case_id, mention_id, wanted), wanted)
        except NotReady as refusal:
            for key, sentence in refusal.errors:
                form.error_at(form.names.get(key, key or None), sentence)  # type: ignore[arg-type]
        except NotAllowed as refusal:
            raise Http404(str(refusal)) from None
        else:
            messages.success(request, "Saved.")
            return redirect("subject-access-preview", case_id, mention_id)
    context = presenter.preview_page(shown) | {"form": form}
    return render(request, "records/preview.html", context, status=422 if form.errors else 200)


def _preview(actor: Actor, case_id: int, mention_id: int) -> Preview:
    try:
        shown = actions.open_preview(actor, case_id, mention_id)
    except NotAllowed as refusal:
        raise Http404(str(refusal)) from None
    if shown is None:
        raise Http404("nobody opened this request")
    return shown


def _file(content: bytes, form: Format) -> HttpResponse:
    # Nothing personal in the name: it stays in lists of downloads.
    disposition = f'attachment; filename="subject-access.{form.value}"'
    return HttpResponse(
        content, content_type=CONTENT_TYPES[form], headers={"Content-Disposition": disposition}
    )
