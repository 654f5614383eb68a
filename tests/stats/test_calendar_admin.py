"""The release calendar at the desk."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group

from stats.calendar import Announcement, CalendarState
from tests.factories import (
    AnnouncementFactory,
    ColumnFactory,
    IndicatorFactory,
    OrganizationFactory,
    ReleaseFactory,
    StaffFactory,
    WordFactory,
)
from tests.publishing.office import member, said

pytestmark = pytest.mark.django_db
DESK = "/admin/stats/announcement/"


def found(announcement):
    return Announcement.objects.with_dates().get(pk=announcement.pk)


def filled(**said):
    inline = {f"dates-{name}_FORMS": 0 for name in ("TOTAL", "INITIAL", "MIN_NUM", "MAX_NUM")}
    return {"title": "统计公报", "title_en": "", "url": "", **inline, **said}


def errors(response):
    return {name: [str(one) for one in found] for name, found in response.context["adminform"].form.errors.items()}


@pytest.mark.parametrize(
    ("date", "time", "state"),
    [("2999-12", "", CalendarState.PROVISIONAL), ("2999-12-09", "09:30", CalendarState.CONFIRMED)],
)
def test_a_release_is_announced_with_its_first_date(client, statistician, date, time, state):
    source = OrganizationFactory()

    response = client.post(f"{DESK}add/", filled(source=source.pk, date=date, time=time))

    assert response.status_code == 302
    announcement = Announcement.objects.with_dates().get()
    assert (announcement.title, announcement.source, announcement.due) == ("统计公报", source, date)
    assert (announcement.state, announcement.dates.get().made_by) == (state, statistician)


def test_an_hour_needs_a_day(client, statistician):
    response = client.post(f"{DESK}add/", filled(source=OrganizationFactory().pk, date="2999-12", time="09:30"))

    assert list(errors(response)) == ["date"]
    assert not Announcement.objects.exists()


def test_a_date_is_moved_with_a_reason(client, statistician):
    announcement = AnnouncementFactory(dates=[("2999-12", None)])
    address = f"{DESK}{announcement.pk}/date/"

    without = client.post(address, {"date": "2999-12-09", "time": "09:30", "reason": ""})
    same = client.post(address, {"date": "2999-12", "time": "", "reason": "没有变化"})
    moved = client.post(address, {"date": "2999-12-09", "time": "09:30", "reason": "日程公布"})

    assert list(without.context["form"].errors) == ["reason"]
    assert list(same.context["form"].errors) == ["__all__"]
    assert moved.url == f"{DESK}{announcement.pk}/change/"
    rows = announcement.dates.values_list("date", "time", "reason", "made_by")
    assert list(rows) == [
        ("2999-12", None, "", None),
        ("2999-12-09", dt.time(9, 30), "日程公布", statistician.pk),
    ]


def test_a_release_is_cancelled_with_a_reason(client, statistician):
    announcement = AnnouncementFactory(dates=[("2999-12", None)])
    address = f"{DESK}{announcement.pk}/cancel/"

    assert list(client.post(address, {"reason": ""}).context["form"].errors) == ["reason"]
    client.post(address, {"reason": "不再发布"})

    assert found(announcement).state == CalendarState.CANCELLED
    page = client.get(f"{DESK}{announcement.pk}/change/").content.decode()
    assert [f"{DESK}{announcement.pk}/{step}/" in page for step in ("date", "cancel")] == [True, False]


def test_what_is_published_has_no_date_to_move(client, statistician):
    announcement = AnnouncementFactory(release=ReleaseFactory())

    page = client.get(f"{DESK}{announcement.pk}/change/").content.decode()

    assert f"{DESK}{announcement.pk}/date/" not in page
    assert client.post(f"{DESK}{announcement.pk}/date/", {"date": "2999", "reason": "x"}).status_code == 403
    assert announcement.dates.count() == 1


def test_what_is_announced_is_changed_but_its_dates_are_not(client, statistician):
    announcement = AnnouncementFactory(dates=[("2999-12", None)])
    release = ReleaseFactory()
    form = f"{DESK}{announcement.pk}/change/"
    row = announcement.dates.get()
    said = {"source": announcement.source_id, "release": release.pk, "dates-0-id": row.pk, "dates-0-DELETE": "on"}

    client.get(form)
    response = client.post(form, filled(**said) | {"dates-TOTAL_FORMS": 1, "dates-INITIAL_FORMS": 1})

    assert response.status_code == 302
    announcement.refresh_from_db()
    assert (announcement.title, announcement.release) == ("统计公报", release)
    assert list(announcement.dates.all()) == [row]
    assert client.post(f"{DESK}{announcement.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("role", ["编辑", "审核", "发布"])
def test_other_roles_look_and_do_not_touch(client, role):
    announcement = AnnouncementFactory()
    client.force_login(member(role))

    assert client.get(DESK).status_code == 200
    for step in ("date", "cancel"):
        data = {"date": "2999", "reason": "x"}
        assert client.post(f"{DESK}{announcement.pk}/{step}/", data).status_code == 403
    assert client.post(f"{DESK}add/", filled()).status_code == 403
    assert announcement.dates.count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number(client, django_assert_num_queries, count):
    AnnouncementFactory.create_batch(count)
    client.force_login(StaffFactory())
    client.get(DESK)

    with django_assert_num_queries(7):
        client.get(DESK)


def test_the_list_is_filtered_by_what_is_to_come(client):
    client.force_login(StaffFactory())
    coming, over = AnnouncementFactory(), AnnouncementFactory(release=ReleaseFactory())

    def shown(query):
        return list(client.get(f"{DESK}?{query}").context["cl"].queryset)

    assert (shown("state=coming"), shown("state=over")) == ([coming], [over])
    assert shown(f"q={over.title}") == [over]


# Words and columns: it is public as soon as it is saved -------------------------------------------------------------


def test_a_forbidden_word_is_refused_at_its_place(client, statistician):
    WordFactory(word="禁用词", replacement="准用词")
    source = OrganizationFactory()

    refused = client.post(f"{DESK}add/", filled(source=source.pk, date="2999-12", time="", title="含禁用词的公报"))
    (told,) = errors(refused)["title"]

    assert "含【禁用词】的公报" in told
    assert not Announcement.objects.exists()


def test_a_forbidden_word_is_refused_in_a_reason(client, statistician):
    WordFactory(word="禁用词")
    announcement = AnnouncementFactory(dates=[("2999-12", None)])

    for step, date in {"date": {"date": "2999-11", "time": ""}, "cancel": {}}.items():
        refused = client.post(f"{DESK}{announcement.pk}/{step}/", {**date, "reason": "因禁用词改期"})
        assert list(refused.context["form"].errors) == ["reason"]
    assert announcement.dates.count() == 1


def test_of_a_word_that_has_a_better_one_the_desk_is_told(client, statistician):
    WordFactory(word="台湾", kind="preferred", replacement="中国台湾")
    data = filled(source=OrganizationFactory().pk, date="2999-12", time="", title="台湾统计公报")

    response = client.post(f"{DESK}add/", data)

    assert Announcement.objects.get().title == "台湾统计公报"
    assert any("【台湾】" in one for one in said(response))


@pytest.fixture
def closed():
    """A column in which others write and the statistician reads."""
    column = ColumnFactory()
    column.editors.add(Group.objects.create(name="别组"))
    return column


def test_what_is_of_others_is_announced_by_them(client, statistician, closed):
    indicator, release = IndicatorFactory(column=closed), ReleaseFactory(column=closed)
    source = OrganizationFactory()
    ours = AnnouncementFactory()

    first = client.post(f"{DESK}add/", filled(source=source.pk, date="2999", time="", indicators=[indicator.pk]))
    linked = client.post(f"{DESK}{ours.pk}/change/", filled(source=source.pk, release=release.pk))

    assert [list(errors(one)) for one in (first, linked)] == [["indicators"], ["release"]]
    assert list(Announcement.objects.values_list("pk", "release")) == [(ours.pk, None)]


def test_an_entry_on_what_is_of_others_is_not_changed(client, statistician, closed):
    theirs = AnnouncementFactory(indicators=[IndicatorFactory(column=closed)])

    for step, date in {"date": {"date": "2999"}, "cancel": {}}.items():
        assert client.post(f"{DESK}{theirs.pk}/{step}/", {**date, "reason": "改期"}).status_code == 403
    assert client.post(f"{DESK}{theirs.pk}/change/", filled(source=theirs.source_id)).status_code == 403
    theirs.refresh_from_db()
    assert (theirs.title == "统计公报", theirs.dates.count()) == (False, 1)
