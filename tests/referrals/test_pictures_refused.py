"""Where no picture may be added: online reports, and worries about pictures."""

import pytest

from breakwater.referrals.models import Referral
from breakwater.referrals.queries import pictures_are_refused
from tests.builders import received

pytestmark = pytest.mark.django_db


def case_of(reference: str) -> int:
    return Referral.objects.get(reference=reference).case_id


@pytest.mark.parametrize(
    ("told", "refused"),
    [
        ({}, False),
        ({"channel": "online_report", "concern": {"category": "online_grooming"}}, True),
        ({"concern": {"category": "indecent_images"}}, True),
        ({"concern": {"category": "intimate_image_sharing"}}, True),
        ({"concern": {"category": "neglect", "also": ["indecent_images"]}}, True),
        ({"concern": {"category": "online_grooming"}}, False),
    ],
)
def test_a_picture_is_refused_where_it_could_be_one_that_must_never_enter(
    told: dict, refused: bool
) -> None:
    assert pictures_are_refused(case_of(received(**told).reference)) is refused
