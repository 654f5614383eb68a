"""Releases as readers see them: their page, before they are public too, and what became of a withdrawn one."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from portal.publishing import life
from portal.publishing.models import WithdrawalReason
from portal.publishing.previewing import COOKIE, COOKIE_SALT, Grant
from stats.calendar import Announcement, CalendarState
from stats.models import Observation, Release
from tests.factories import (
    AnnouncementFactory,
    IndicatorFactory,
    ObservationFactory,
    RegionFactory,
    ReleaseFactory,
    SeriesFactory,
    StaffFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def series():
    indicator = IndicatorFactory(slug="gdp", name="地区生产总值")
    return SeriesFactory(indicator=indicator, region=RegionFactory(code="500000", name="重庆市"))


@pytest.fixture
def draft():
    """A release of today that revises the figure of the year 2022 to 200 and brings that of 2023."""
    return ReleaseFactory(status="draft", published_at=None, title="初步核算公报", released_on=timezone.localdate())


@pytest.fixture
def figures(series, draft):
    old = ObservationFactory(series=series, time_period="2022", mantissa=100)
    ObservationFactory(series=series, time_period="2022", mantissa=200, release=draft)
    ObservationFactory(series=series, time_period="2023", mantissa=300, release=draft)
    return old


def guest(client, record):
    """Let ``client`` have opened a preview link for ``record``."""
    grant = Grant.make(record, StaffFactory(), 3)
    client.cookies[COOKIE] = grant.signed(COOKIE_SALT)


def values(client, address):
    """Period → value of the figures that a page of a series shows."""
    return {one.time_period: one.mantissa for one in client.get(address).context["figures"]}


# Its page ------------------------------------------------------------------------------------------------------------


def test_a_release_shows_all_its_figures(client, series):
    release = ReleaseFactory(title="统计公报")
    figure = ObservationFactory(series=series, release=release, source_place="第3页")
    ObservationFactory(series=series)

    response = client.get(release.get_absolute_url())

    assert response.context["rows"] == [(figure, "/stats/gdp/500000/")]
    assert "第3页" in response.content.decode()
    assert "Cache-Control" not in response.headers


def test_figures_of_an_indicator_that_is_not_public_are_not_shown(client, series):
    release = ReleaseFactory()
    shown = ObservationFactory(series=series, release=release)
    ObservationFactory(series__indicator=IndicatorFactory(status="draft", published_at=None), release=release)
    client.force_login(StaffFactory())

    assert [figure for figure, _address in client.get(release.get_absolute_url()).context["rows"]] == [shown]


def test_a_release_of_many_figures_has_pages(client, series):
    release = ReleaseFactory()
    Observation.objects.bulk_create(
        Observation(series=series, release=release, time_period=f"{year}", unit=series.unit, mantissa=1)
        for year in range(1800, 1950)
    )
    address = release.get_absolute_url()

    pages = [client.get(f"{address}?page={number}").context["rows"] for number in (1, 2)]

    assert [(rows[0][0].time_period, len(rows)) for rows in pages] == [("1949", 100), ("1849", 50)]


@pytest.mark.parametrize("state", ["draft", "in_review", "ahead", "scheduled"])
def test_before_it_is_public_nobody_else_sees_a_release_or_its_figures(client, series, draft, figures, state):
    if state == "in_review":
        life.submit(draft, StaffFactory())
    if state == "scheduled":
        life.publish(draft, StaffFactory(), at=timezone.now() + dt.timedelta(days=1))
    if state == "ahead":
        Release.objects.filter(pk=draft.pk).update(
            status="published", published_at=timezone.now(), released_on=timezone.localdate() + dt.timedelta(days=1)
        )
    for user in (None, UserFactory()):
        if user:
            client.force_login(user)
        assert client.get(draft.get_absolute_url()).status_code == 404
        for page in ("/stats/gdp/", "/stats/gdp/500000/"):
            assert client.get(f"{page}?release={draft.pk}").status_code == 404
        assert values(client, "/stats/gdp/500000/") == {"2022": 100}
    client.force_login(StaffFactory())
    assert client.get(draft.get_absolute_url()).status_code == 200


# As it will look -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reader", ["editor", "guest"])
def test_the_figures_of_a_draft_are_shown_where_they_will_stand(client, series, draft, figures, reader):
    if reader == "editor":
        client.force_login(StaffFactory())
    else:
        guest(client, draft)
    page = client.get(draft.get_absolute_url())
    addresses = {address for _figure, address in page.context["rows"]}

    assert addresses == {f"/stats/gdp/500000/?release={draft.pk}"}
    assert values(client, addresses.pop()) == {"2023": 300, "2022": 200}
    side_by_side = client.get(f"/stats/gdp/?release={draft.pk}").context["comparison"]
    assert [period for period, _cells in side_by_side.rows] == ["2023", "2022"]
    # Without being asked for it stays out, for editors too.
    assert values(client, "/stats/gdp/500000/") == {"2022": 100}


def test_what_is_previewed_is_what_readers_see_once_it_is_public(client, series, draft, figures):
    client.force_login(StaffFactory())
    before = values(client, f"/stats/gdp/500000/?release={draft.pk}")
    rows = client.get(draft.get_absolute_url()).context["rows"]
    life.publish(draft, StaffFactory())
    client.logout()

    assert values(client, "/stats/gdp/500000/") == before
    after = client.get(draft.get_absolute_url()).context["rows"]
    assert [figure for figure, _address in after] == [figure for figure, _address in rows]


def test_a_series_that_only_the_draft_tells_is_previewed_too(client, series, draft):
    ObservationFactory(series=series, release=draft, time_period="2023")
    client.force_login(StaffFactory())

    assert client.get("/stats/gdp/500000/").status_code == 404
    assert list(values(client, f"/stats/gdp/500000/?release={draft.pk}")) == ["2023"]


@pytest.mark.parametrize("page", ["/stats/gdp/", "/stats/gdp/500000/", "/stats/gdp/500000/?format=csv"])
def test_a_preview_is_kept_by_no_cache(client, series, draft, figures, page):
    client.force_login(StaffFactory())
    address = f"{page}{'&' if '?' in page else '?'}release={draft.pk}"

    for said in (client.get(address), client.get(draft.get_absolute_url())):
        assert (said.status_code, "no-store" in said["Cache-Control"], said["X-Robots-Tag"]) == (200, True, "noindex")


def test_a_preview_is_told_above_the_figures_and_stays_in_the_choice_of_years(client, series, draft, figures):
    client.force_login(StaffFactory())

    page = client.get(f"/stats/gdp/500000/?release={draft.pk}").content.decode()

    assert "初步核算公报" in page
    assert f'<input type="hidden" name="release" value="{draft.pk}">' in page
    assert list(values(client, f"/stats/gdp/500000/?release={draft.pk}&since=2023")) == ["2023"]
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    assert values(client, f"/stats/gdp/500000/?release={draft.pk}&as_of={yesterday}") == {"2022": 100}


@pytest.mark.parametrize("asked", ["", "x", "²", "9" * 30, "-1", "0x1"])
def test_what_names_no_release_previews_none(client, series, figures, asked):
    client.force_login(StaffFactory())

    response = client.get("/stats/gdp/500000/", {"release": asked})

    assert (response.status_code, response.context["previewed"]) == (200, None)


def test_the_desk_leads_to_the_preview_of_a_draft(client, draft):
    client.force_login(StaffFactory())

    page = client.get(f"/admin/stats/release/{draft.pk}/change/").content.decode()

    assert f'href="{draft.get_absolute_url()}"' in page
    assert f"/admin/stats/release/{draft.pk}/preview-link/" in page


# Withdrawn -----------------------------------------------------------------------------------------------------------


def withdrawn(series, reason, **kwargs):
    release = ReleaseFactory(released_on=dt.date(2024, 3, 1), title="有误的公报", **kwargs)
    ObservationFactory(series=series, release=release, time_period="2023", mantissa=999)
    life.withdraw(release, StaffFactory(), reason, replacement_url="/articles/7/")
    return release


@pytest.mark.parametrize("page", ["/stats/gdp/", "/stats/gdp/500000/"])
def test_readers_of_withdrawn_figures_are_told_why(client, series, page):
    ObservationFactory(series=series)
    ObservationFactory(series=series, release=ReleaseFactory(status="draft", published_at=None), time_period="2021")
    release = withdrawn(series, WithdrawalReason.IN_ERROR)

    response = client.get(page)
    text = response.content.decode()

    assert (response.status_code, response.context["withdrawn"]) == (200, [release])
    assert f'href="{release.get_absolute_url()}"' in text
    assert 'href="/articles/7/"' in text
    assert str(release.get_withdrawal_reason_display()) in text
    assert "有误的公报" not in text


def test_a_series_of_which_all_was_withdrawn_says_why(client, series):
    release = withdrawn(series, WithdrawalReason.LEGAL)

    for address in ("/stats/gdp/500000/", "/stats/gdp/500000/?format=csv"):
        response = client.get(address)
        assert (response.status_code, response.context["withdrawn"]) == (410, [release])
    assert client.get("/stats/gdp/").context["withdrawn"] == [release]


def test_a_series_of_which_nothing_was_public_is_not_there(client, series, draft):
    ObservationFactory(series=series, release=draft)

    assert client.get("/stats/gdp/500000/").status_code == 404


@pytest.mark.parametrize(("reason", "status"), [(WithdrawalReason.IN_ERROR, 410), (WithdrawalReason.OUTDATED, 200)])
def test_the_page_of_a_withdrawn_release_says_why(client, series, reason, status):
    release = withdrawn(series, reason)

    response = client.get(release.get_absolute_url())

    text = response.content.decode()
    assert response.status_code == status
    assert str(release.get_withdrawal_reason_display()) in text
    assert bool(re.search("999", text)) is (status == 200)


def test_the_calendar_says_that_a_release_was_withdrawn(client, series):
    release = withdrawn(series, WithdrawalReason.IN_ERROR)
    announcement = AnnouncementFactory(release=release, dates=[("2024-03-01", "09:30")])

    found = Announcement.objects.with_dates().get()
    text = client.get("/calendar/").content.decode()

    assert (found.state, found.is_over, found.news_at) == (CalendarState.WITHDRAWN, True, release.withdrawn_at)
    for one in (text, client.get(announcement.get_absolute_url()).content.decode()):
        assert str(release.get_withdrawal_reason_display()) in one
        assert 'href="/articles/7/"' in one
        assert "有误的公报" not in one
    assert "STATUS:CONFIRMED" in client.get("/calendar/?format=ics").content.decode()
    assert client.get("/calendar/?format=json").json()["results"][0]["state"] == "withdrawn"
