from django.urls import path

from breakwater.sharing.agreements import views

urlpatterns = [
    path("agreements", views.agreements, name="agreements"),
    path("agreements/<int:agreement_id>", views.agreement, name="agreement"),
]
