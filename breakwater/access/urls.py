from django.urls import path

from breakwater.access import views

urlpatterns = [
    path("sign-in", views.sign_in, name="sign-in"),
    path("sign-out", views.sign_out, name="sign-out"),
    path("roles", views.roles, name="roles"),
]
