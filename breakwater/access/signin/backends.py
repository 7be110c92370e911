"""Whom Django may take for the person behind a request."""

from typing import Any

from django.contrib.auth.backends import ModelBackend


class People(ModelBackend):
    """Never a partner's system (access/systems.py): by no password, link, sign-on or cookie."""

    def user_can_authenticate(self, user: Any) -> bool:
        return super().user_can_authenticate(user) and not user.is_system
