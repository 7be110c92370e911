from django.urls import path

from breakwater.access.restricted import views

urlpatterns = [
    path("cases/<int:case_id>/who-may-see", views.who_may_see, name="who-may-see"),
    path("cases/<int:case_id>/restrict", views.restrict, name="restrict"),
    path("cases/<int:case_id>/name", views.name, name="name-for-case"),
    path("cases/<int:case_id>/take-off/<int:user_id>", views.take_off, name="take-off"),
    path("cases/<int:case_id>/lift", views.lift, name="lift-restriction"),
]
