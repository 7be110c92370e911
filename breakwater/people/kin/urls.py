from django.urls import path

from breakwater.people.kin import views

urlpatterns = [
    path("conflicts", views.conflicts, name="conflicts"),
    path("conflicts/<int:kin_id>/remove", views.remove, name="remove-kin"),
]
