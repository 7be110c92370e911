from django.urls import path

from breakwater.people.search import views

urlpatterns = [path("people/find", views.find_a_person, name="find-a-person")]
