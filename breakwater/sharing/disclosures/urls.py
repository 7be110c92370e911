from django.urls import path

from breakwater.sharing.disclosures import taking_back_views, views

urlpatterns = [
    path("cases/<int:case_id>/told", views.told, name="told"),
    path("cases/<int:case_id>/share", views.start, name="share"),
    path("cases/<int:case_id>/share/<int:child_id>/<int:team_id>", views.share, name="share-parts"),
    path("cases/<int:case_id>/withhold", views.withhold, name="withhold"),
    path("disclosures/<str:reference>/recall", taking_back_views.recall, name="recall-disclosure"),
    path(
        "disclosures/<str:reference>/correct", taking_back_views.correct, name="correct-disclosure"
    ),
    path("disclosures/<str:reference>/sign", taking_back_views.sign, name="sign-disclosure"),
]
