from django.urls import path, register_converter

from breakwater.attachments import views
from breakwater.web.converters import RowNumber

register_converter(RowNumber, "row")

urlpatterns = [
    path("cases/<row:case_id>/documents", views.documents, name="documents"),
    path("cases/<row:case_id>/documents/<row:document_id>", views.download, name="document"),
]
