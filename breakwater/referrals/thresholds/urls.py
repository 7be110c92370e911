from django.urls import path

from breakwater.referrals.thresholds import views
from breakwater.referrals.thresholds.presenter import ROUTES

urlpatterns = [
    path(address.format(own), view, {"kind": kind}, name=name.format(own))
    for kind, own in ROUTES.items()
    for address, view, name in (
        ("{}", views.rules, "{}"),
        ("{}/versions/<int:version>", views.version, "{}-version"),
        ("{}/change", views.change, "{}-change"),
        ("{}/change/rules/<str:rule_id>", views.rule, "{}-rule"),
        ("{}/change/add", views.rule, "{}-add"),
        ("{}/change/set", views.beside, "{}-set"),
        ("{}/change/discard", views.discard, "{}-discard"),
        ("{}/preview", views.preview, "{}-preview"),
    )
]
