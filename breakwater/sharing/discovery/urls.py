from django.urls import path

from breakwater.sharing.discovery import views

urlpatterns = [
    path("referrals/<str:reference>/who-knows", views.who_knows, name="who-knows"),
    path("referrals/<str:reference>/partners", views.partners, name="partners"),
    path("referrals/<str:reference>/partners/again", views.ask_again, name="ask-again"),
    path("nodes", views.nodes, name="nodes"),
    path("nodes/<int:node_id>/end", views.end_node, name="end-node"),
    path("discovery/index", views.receive_index, name="receive-index"),
]
