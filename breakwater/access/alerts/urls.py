from django.urls import path

from breakwater.access.alerts import views

urlpatterns = [
    path("alerts", views.alerts, name="alerts"),
    path("alerts/seen", views.seen, name="alerts-seen"),
]
