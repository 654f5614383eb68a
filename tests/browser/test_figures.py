"""Figures on paper."""

import datetime as dt

import pytest

from tests.factories import ObservationFactory, ReleaseFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_what_was_published_when_is_unfolded_on_paper(page, transactional_db):
    series = ObservationFactory().series
    ObservationFactory(series=series, release=ReleaseFactory(released_on=dt.date(2024, 3, 1)))
    page.goto(series.get_absolute_url())
    table = page.locator("details.versions .vintages")
    assert not table.is_visible()

    page.emulate_media(media="print")

    assert table.is_visible()
    assert table.bounding_box()["height"] > 0
