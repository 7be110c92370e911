import pytest

from breakwater.access.models import User
from breakwater.site.demo_data import NotADemoDatabase, make_once
from tests.builders import received

pytestmark = pytest.mark.django_db


def test_the_demo_keeps_out_of_a_database_that_somebody_works_with() -> None:
    received()
    with pytest.raises(NotADemoDatabase, match="name an empty one"):
        make_once(own_database=False)
    assert not User.objects.exists()
