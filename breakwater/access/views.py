from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from breakwater.access.policy import ROLE_VERBS, Role, Verb


def roles(request: HttpRequest) -> HttpResponse:
    """The table of roles and verbs, from the code that enforces it."""
    context = {"roles": list(Role), "verbs": list(Verb), "table": ROLE_VERBS}
    return render(request, "access/roles.html", context)
