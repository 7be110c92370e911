from django.urls import path

from breakwater.referrals.clockbook import views

urlpatterns = [
    path("clocks", views.clocks, name="clocks"),
    path("clocks/hours", views.hours, name="hub-hours"),
    path("clocks/school-breaks", views.breaks, name="school-breaks"),
    path("clocks/school-breaks/<int:break_id>/remove", views.remove, name="remove-break"),
    path("clocks/<slug:code>/change", views.change, name="change-clock"),
]
