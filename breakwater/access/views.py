from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from breakwater.access.policy import NOBODYS, ROLE_VERBS, Role, Verb


@require_safe
def roles(request: HttpRequest) -> HttpResponse:
    """The table of roles and verbs, from the code that enforces it."""
    context = {
        "roles": list(Role),
        "verbs": [verb for verb in Verb if verb not in NOBODYS],
        "table": ROLE_VERBS,
    }
    return render(request, "access/roles.html", context)
