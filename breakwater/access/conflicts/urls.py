from django.urls import path

from breakwater.access.conflicts import views

urlpatterns = [
    path("cases/<int:case_id>/conflict", views.declare, name="declare-conflict"),
    path("cases/<int:case_id>/keep-out", views.keep_out, name="keep-out"),
    path("cases/<int:case_id>/let-in/<int:user_id>", views.let_in, name="let-in"),
]
