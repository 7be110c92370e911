from django.urls import include, path

urlpatterns = [
    path("", include("breakwater.sharing.agreements.urls")),
    path("", include("breakwater.sharing.requests.urls")),
    path("", include("breakwater.sharing.portal.urls")),
    path("", include("breakwater.sharing.disclosures.urls")),
    path("", include("breakwater.sharing.discovery.urls")),
]
