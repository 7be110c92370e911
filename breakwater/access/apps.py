from django.apps import AppConfig


class Access(AppConfig):
    name = "breakwater.access"

    def ready(self) -> None:
        from breakwater.access.signin import receivers  # noqa: F401  they listen from here on
