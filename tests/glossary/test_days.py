"""Days are of the organisation, which stands in Berlin: an hour before midnight in UTC its next day has begun."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from glossary.actions import NotASteward, sign
from glossary.models import Sense

pytestmark = pytest.mark.django_db

LATE = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)  # 0:30 on the 3rd in Berlin


def test_a_steward_whose_last_day_is_over_in_the_company_signs_no_more(written: Any, hired: Any) -> None:
    left = hired("left", "Steward", left_on=date(2026, 3, 2))

    with pytest.raises(NotASteward):
        sign(version=written("uptime").current_version, side="business", employee=left, now=LATE)


def test_a_steward_signs_until_the_last_minute_of_the_last_day(written: Any, hired: Any) -> None:
    leaving = hired("leaving", "Steward", left_on=date(2026, 3, 2))

    signature = sign(
        version=written("uptime").current_version,
        side="business",
        employee=leaving,
        now=LATE - timedelta(hours=1),
    )

    assert signature.signed_by == leaving


def test_the_year_until_the_next_review_begins_on_the_day_of_the_company(
    written: Any, steward_business: Any, steward_technology: Any
) -> None:
    sense = written("uptime")

    sign(version=sense.current_version, side="business", employee=steward_business, now=LATE)
    sign(version=sense.current_version, side="technology", employee=steward_technology, now=LATE)

    assert Sense.objects.get(pk=sense.pk).review_due == date(2027, 3, 3)
