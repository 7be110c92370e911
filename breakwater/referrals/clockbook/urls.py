from django.urls import path

from breakwater.referrals.clockbook import views

urlpatterns = [
    path("clocks", views.clocks, name="clocks"),
    path("clocks/<slug:code>/change", views.change, name="change-clock"),
]
