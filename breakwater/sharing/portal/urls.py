from django.urls import path

from breakwater.sharing.portal import answering, views

urlpatterns = [
    path("asked", views.asked, name="asked"),
    path("asked/<str:reference>", views.request_page, name="asked-request"),
    path("asked/<str:reference>/answer", answering.answer, name="answer-request"),
    path("asked/<str:reference>/check", answering.check, name="check-answer"),
    path("asked/<str:reference>/nothing-known", answering.nothing, name="nothing-known"),
    path("asked/<str:reference>/by-phone", answering.phone, name="ask-by-phone"),
    path("asked/<str:reference>/decline", answering.decline, name="decline-request"),
    path("asked/<str:reference>/received", views.received, name="answer-received"),
    path("shared/<str:reference>", views.shared, name="shared-paper"),
    path("shared/<str:reference>/confirm", views.confirm, name="confirm-taken-back"),
]
