from django.urls import path

from breakwater.referrals import views

urlpatterns = [
    path("board", views.board, name="board"),
    path("cases/<int:case_id>", views.case, name="case"),
    path("referrals/<str:reference>", views.referral, name="referral"),
    path("referrals/<str:reference>/decide", views.decide, name="decide"),
    path("referrals/<str:reference>/take-on", views.take_on, name="take-on"),
]
