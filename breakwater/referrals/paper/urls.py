from django.urls import path

from breakwater.referrals.paper import views

urlpatterns = [path("cases/<int:case_id>/print", views.print_case, name="print-case")]
