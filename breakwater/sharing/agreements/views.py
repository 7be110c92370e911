from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe


@require_safe
def agreements(request: HttpRequest) -> HttpResponse:
    return redirect("home")


@require_safe
def agreement(request: HttpRequest, agreement_id: int) -> HttpResponse:
    return redirect("home")
