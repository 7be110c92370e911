from django.urls import path

from breakwater.attachments import views

urlpatterns = [
    path("cases/<int:case_id>/documents", views.documents, name="documents"),
    path("cases/<int:case_id>/documents/<int:document_id>", views.download, name="document"),
]
