from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class AccessConfig(AppConfig):
    name = "breakwater.access"

    def ready(self) -> None:
        from breakwater.access.signin import receivers  # noqa: F401  they listen from here on

        post_migrate.connect(bring_in_step, sender=self)


def bring_in_step(using: str, **_rest: Any) -> None:
    """After each migrate: the database knows the roles of policy.py, the application its tables."""
    from breakwater.access.door import let_app_in
    from breakwater.access.models import RoleVerb
    from breakwater.access.policy import ROLE_VERBS

    rows = [
        RoleVerb(role=role, verb=verb.name.lower())
        for role, verbs in ROLE_VERBS.items()
        for verb in sorted(verbs)
    ]
    RoleVerb.objects.using(using).all().delete()
    RoleVerb.objects.using(using).bulk_create(rows)
    let_app_in(connections[using])
