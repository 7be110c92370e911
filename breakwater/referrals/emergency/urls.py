from django.urls import path

from breakwater.referrals.emergency import views

urlpatterns = [path("emergency", views.emergency, name="emergency")]
