from django.urls import path

from breakwater.oversight.queues import views as queues

urlpatterns = [path("queues", queues.queues, name="queues")]
