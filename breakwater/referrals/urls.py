from django.urls import path

from breakwater.referrals import views
from breakwater.referrals.board import absence_views as absence
from breakwater.referrals.board import views as board
from breakwater.referrals.challenge import views as challenge
from breakwater.referrals.escalation import views as escalation
from breakwater.referrals.feedback import views as feedback
from breakwater.referrals.presence import views as presence
from breakwater.referrals.routing import views as routing
from breakwater.referrals.triage import views as triage

urlpatterns = [
    path("board", board.board, name="board"),
    path("board/news", board.news, name="board-news"),
    path("board/filters/new", board.save_filter, name="save-filter"),
    path("board/filters/<int:filter_id>/delete", board.delete_filter, name="delete-filter"),
    path("board/absence", absence.hand_over_all, name="absence"),
    path("shortcuts", board.shortcuts, name="shortcuts"),
    path("cases/<int:case_id>", views.case, name="case"),
    path("referrals/<str:reference>", views.referral, name="referral"),
    path("referrals/<str:reference>/here", presence.here, name="here"),
    path("referrals/<str:reference>/gone", presence.gone, name="gone"),
    path("referrals/<str:reference>/decide", triage.decide, name="decide"),
    path("referrals/<str:reference>/screen", triage.screen, name="screen"),
    path("referrals/<str:reference>/rate", triage.rate, name="rate"),
    path("referrals/<str:reference>/wait", triage.wait, name="wait"),
    path("referrals/<str:reference>/go-on", triage.go_on, name="go-on"),
    path("referrals/<str:reference>/moved", triage.moved, name="moved"),
    path("referrals/<str:reference>/take-on", routing.take_on, name="take-on"),
    path("referrals/<str:reference>/take-back", routing.take_back, name="take-back"),
    path("referrals/<str:reference>/refuse", routing.refuse, name="refuse"),
    path("referrals/<str:reference>/settle", routing.settle, name="settle"),
    path("referrals/<str:reference>/strategy", routing.strategy, name="strategy"),
    path("items/<int:item_id>/claim", board.claim, name="claim-item"),
    path("referrals/<str:reference>/feedback", feedback.feedback, name="feedback"),
    path("referrals/<str:reference>/challenge", challenge.challenge, name="challenge"),
    path(
        "referrals/<str:reference>/challenges/<int:challenge_id>",
        challenge.rule,
        name="rule-on-challenge",
    ),
    path(
        "referrals/<str:reference>/challenges/<int:challenge_id>/further",
        challenge.take_up,
        name="take-challenge-up",
    ),
    path("feedback-templates", feedback.templates, name="feedback-templates"),
    path("feedback-templates/<str:outcome>", feedback.template, name="feedback-template"),
    path("waits/<int:referral_id>", escalation.what_waits, name="what-waits"),
    path("items/<int:item_id>/hand-over", routing.hand_over, name="hand-over-item"),
]
