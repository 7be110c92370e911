from django.urls import path

from breakwater.people.review import views

urlpatterns = [
    path("people/questions", views.questions, name="questions"),
    path("people/questions/<int:link_id>", views.question, name="question"),
    path("people/questions/<int:link_id>/next", views.after, name="next-question"),
    path("people/<int:mention_id>/history", views.history, name="person-history"),
    path("people/<int:mention_id>/split", views.split, name="split"),
    path("people/<int:mention_id>/join/<int:against_id>", views.join, name="join"),
]
