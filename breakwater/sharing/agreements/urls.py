from django.urls import path

from breakwater.sharing.agreements import views

urlpatterns = [
    path("agreements", views.agreements, name="agreements"),
    path("agreements/new", views.make, name="new-agreement"),
    path("agreements/who-may-ask", views.who_may_ask, name="who-may-ask"),
    path("agreements/<int:agreement_id>", views.agreement, name="agreement"),
    path("agreements/<int:agreement_id>/new", views.make_version, name="new-agreement-version"),
    path("agreements/<int:agreement_id>/review", views.review, name="review-agreement"),
    path("agreements/<int:agreement_id>/end", views.end, name="end-agreement"),
]
