import pytest


@pytest.fixture(autouse=True)
def plain_static_files(settings):
    """Static files by their plain names: no test here needs them collected."""
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": plain}}
