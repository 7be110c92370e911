from django.urls import include, path

from breakwater.site import health, navigation

urlpatterns = [
    path("", navigation.home, name="home"),
    path("", include("breakwater.access.urls")),
    path("", include("breakwater.attachments.urls")),
    path("", include("breakwater.access.alerts.urls")),
    path("", include("breakwater.access.conflicts.urls")),
    path("", include("breakwater.access.glass.urls")),
    path("", include("breakwater.access.restricted.urls")),
    path("", include("breakwater.access.supervision.urls")),
    path("", include("breakwater.referrals.urls")),
    path("", include("breakwater.referrals.clockbook.urls")),
    path("", include("breakwater.referrals.emergency.urls")),
    path("", include("breakwater.referrals.thresholds.urls")),
    path("", include("breakwater.referrals.chronology.urls")),
    path("", include("breakwater.referrals.paper.urls")),
    path("", include("breakwater.people.kin.urls")),
    path("", include("breakwater.people.review.urls")),
    path("", include("breakwater.people.search.urls")),
    path("", include("breakwater.records.urls")),
    path("", include("breakwater.oversight.urls")),
    path("", include("breakwater.sharing.urls")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
handler400 = "breakwater.web.handlers.bad_request"
handler403 = "breakwater.web.handlers.permission_denied"
handler404 = "breakwater.web.handlers.page_not_found"
handler500 = "breakwater.web.handlers.server_error"
