from django.urls import path

from breakwater.sharing.requests import views

urlpatterns = [
    path("referrals/<str:reference>/ask", views.ask, name="ask-partners"),
    path("requests/to-sign", views.to_sign, name="requests-to-sign"),
    path("requests/<str:reference>", views.request_page, name="request"),
    path("requests/<str:reference>/sign", views.sign, name="sign-request"),
    path("requests/<str:reference>/withdraw", views.withdraw, name="withdraw-request"),
    path("requests/<str:reference>/call", views.call, name="note-call"),
]
