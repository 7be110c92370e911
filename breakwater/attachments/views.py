from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods

from breakwater.access.policy import Verb
from breakwater.access.queries import actor_of_request
from breakwater.access.rules import Actor, NotAllowed
from breakwater.attachments import actions, presenter
from breakwater.attachments.forms import AttachForm
from breakwater.attachments.rules import Refused

# Whatever a browser makes of the bytes, it may run, load and reach nothing.
SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"


@require_http_methods(["GET", "POST"])
def documents(request: HttpRequest, case_id: int) -> HttpResponse:
    """The documents of a case, and the form that adds one."""
    actor = actor_of_request(request)
    try:
        page = actions.open_documents(actor, case_id, _purpose(actor))
    except NotAllowed as refusal:
        # One answer for 'no such case' and 'not yours': nobody learns which.
        raise Http404(str(refusal)) from None
    form = AttachForm(page.pictures)
    if request.method == "POST":
        form = AttachForm(page.pictures, request.POST, request.FILES)
        if _attached(request, actor, case_id, page.pictures, form):
            messages.success(request, "The document is added.")
            return redirect("documents", case_id)
    context = presenter.documents_page(case_id, page.lines) | {
        "form": form,
        "may_attach": Verb.ATTACH in actor.verbs,
        "scanner": bool(settings.CLAMD_ADDRESS),
    }
    status = 422 if form.is_bound else 200
    return render(request, "attachments/documents.html", context, status=status)


def _attached(
    request: HttpRequest, actor: Actor, case_id: int, pictures: bool, form: AttachForm
) -> bool:
    """Whether the document that was sent is kept; if not, the form says why."""
    sent = request.FILES.get("document")
    # So much too large that it was not even read to its end: see upload.PATIENCE.
    cut = sent is None and int(request.META.get("CONTENT_LENGTH") or 0)
    if not form.is_valid() and not (cut and cut > settings.ATTACHMENT_MAX_BYTES):
        return False
    form.errors.pop("document", None)
    try:
        actions.attach(
            actor,
            case_id,
            name=sent.name or "" if sent else "",
            content=sent.read() if sent else b"",
            size=(sent.size if sent else cut) or 0,
            images=pictures,
        )
    except Refused as refusal:
        form.error_at(Refused.field, str(refusal))
    except NotAllowed as refusal:
        form.add_error(None, str(refusal))
    else:
        return True
    return False


@require_GET
def download(request: HttpRequest, case_id: int, document_id: int) -> HttpResponseBase:
    """One document, as a download that no browser opens by itself."""
    actor = actor_of_request(request)
    try:
        opened = actions.open_document(actor, case_id, document_id, _purpose(actor))
    except NotAllowed as refusal:
        raise Http404(str(refusal)) from None
    if opened is None:
        raise Http404("The case has no such document.")
    response = StreamingHttpResponse(opened.chunks(), content_type=opened.content_type)
    response.headers["Content-Length"] = str(opened.size)
    response.headers["Content-Disposition"] = content_disposition_header(True, opened.name) or ""
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _purpose(actor: Actor) -> str:
    return "triage" if Verb.DECIDE in actor.verbs else "work routed to the team"
