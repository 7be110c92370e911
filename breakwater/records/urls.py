from django.urls import path

from breakwater.records.replay import views as replay
from breakwater.records.retention import views as retention
from breakwater.records.subjectaccess import views as subjectaccess
from breakwater.records.wholooked import views as wholooked

ASKED = "cases/<int:case_id>/subject-access"
urlpatterns = [
    path("cases/<int:case_id>/who-looked", wholooked.who_looked, name="who-looked"),
    path(
        "referrals/<str:reference>/decisions/<int:number>", replay.as_it_stood, name="as-it-stood"
    ),
    path("subject-access", subjectaccess.desk, name="subject-access"),
    path(f"{ASKED}/hand-over", subjectaccess.hand_over, name="hand-over"),
    path(ASKED, subjectaccess.choose_person, name="subject-access-person"),
    path(f"{ASKED}/<int:mention_id>", subjectaccess.preview, name="subject-access-preview"),
    path("retention", retention.retention, name="retention"),
    path("retention/holds", retention.holds, name="holds"),
    path("retention/holds/new", retention.place_hold, name="place-hold"),
    path("retention/holds/<int:hold_id>/lift", retention.lift_hold, name="lift-hold"),
    path("retention/<int:case_id>", retention.review, name="review-kept"),
    path("retention/<int:case_id>/confirm", retention.confirm, name="confirm-letting-go"),
    path("retention/<int:case_id>/undo", retention.undo, name="undo-letting-go"),
]
