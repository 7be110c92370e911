from django.urls import path

from breakwater.referrals.chronology import views

urlpatterns = [
    path("referrals/<str:reference>/chronology", views.chronology, name="chronology"),
]
