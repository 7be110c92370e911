from django.urls import include, path

from breakwater.access import views

urlpatterns = [
    path("", include("breakwater.access.signin.urls")),
    path("roles", views.roles, name="roles"),
]
