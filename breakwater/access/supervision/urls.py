from django.urls import path

from breakwater.access.supervision import views

urlpatterns = [path("supervision", views.supervision, name="supervision")]
