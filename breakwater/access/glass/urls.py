from django.urls import path

from breakwater.access.glass import views

urlpatterns = [
    path("emergency/<int:glass_id>/answer", views.answer, name="answer-glass"),
    path("emergency/<int:glass_id>/review", views.review, name="review-glass"),
]
