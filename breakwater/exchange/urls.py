from django.urls import include, path

urlpatterns = [path("api/v1/", include("breakwater.exchange.v1.api"))]
