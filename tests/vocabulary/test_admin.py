"""Names in the admin: found by any of their spellings, chosen with what tells them apart."""

import pytest

from portal.vocabulary.models import Column, GroupMember, Organization, Region
from tests.factories import ColumnFactory, OrganizationFactory, RegionFactory, StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief(client):
    user = StaffFactory(language="en")
    client.force_login(user)
    return user


def found(client, kind, typed):
    return list(client.get(f"/admin/vocabulary/{kind}/", {"q": typed}).context["cl"].queryset)


@pytest.mark.parametrize("typed", ["500153", "荣昌", "昌州", "rongchang", "Rongchang District"])
def test_region_is_found_by_code_name_alias_and_english(client, chief, typed):
    region = RegionFactory(
        code="500153", name="荣昌区", short_name="荣昌", aliases="昌州、荣昌县", name_en="Rongchang District"
    )
    RegionFactory(name="璧山区")

    assert found(client, "region", typed) == [region]


@pytest.mark.parametrize("typed", ["工商联", "总商会", "federation", "chongqingshigong"])
def test_organization_is_found_by_any_of_its_names(client, chief, typed):
    one = OrganizationFactory(
        name="重庆市工商业联合会", short_name="重庆市工商联", aliases="重庆市总商会", name_en="Chongqing Federation"
    )
    OrganizationFactory()

    assert found(client, "organization", typed) == [one]


def test_regions_of_one_name_are_told_apart_where_they_are_chosen(client, chief):
    for name in ("甲市", "乙市"):
        RegionFactory(name="城区", parent=RegionFactory(name=name))
    query = {"app_label": "articles", "model_name": "article", "field_name": "regions", "term": "城区"}

    results = client.get("/admin/autocomplete/", query).json()["results"]

    assert {result["text"] for result in results} == {"城区（甲市）", "城区（乙市）"}


def test_former_regions_can_be_listed_apart(client, chief):
    now, former = RegionFactory(), RegionFactory(valid_to="2025")

    listed = {
        state: list(client.get(f"/admin/vocabulary/region/?in_force={state}").context["cl"].queryset)
        for state in ("yes", "no")
    }

    assert listed == {"yes": [now], "no": [former]}


def region_form(**said):
    rows = {}
    for prefix in ("successions", "memberships", "groups"):
        rows |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    return {"code": "500153", "kind": "county", "name": "荣昌区", **rows, **said, "_save": "1"}


def test_code_in_force_is_given_once(client, chief):
    RegionFactory(code="500153")
    response = client.post("/admin/vocabulary/region/add/", region_form())

    assert list(response.context["adminform"].form.errors) == ["__all__"]
    assert Region.objects.count() == 1


def test_group_shows_its_members_and_a_county_its_groups(client, chief):
    group, county = RegionFactory(kind="group"), RegionFactory(kind="county")
    GroupMember.objects.create(group=group, member=county)

    shown = {}
    for region in (group, county):
        page = client.get(f"/admin/vocabulary/region/{region.pk}/change/")
        shown[region] = [one.formset.prefix for one in page.context["inline_admin_formsets"]]

    assert shown == {group: ["successions", "memberships"], county: ["successions", "groups"]}


def test_organization_of_a_name_that_exists_is_refused_at_its_field(client, chief):
    OrganizationFactory(name="重庆日报")
    response = client.post("/admin/vocabulary/organization/add/", {"name": "重庆日报", "kind": "media", "_save": "1"})

    assert list(response.context["adminform"].form.errors) == ["name"]
    assert Organization.objects.count() == 1


@pytest.mark.parametrize("url", ["javascript:alert(1)", "x", "http://", "http://a b/"])
def test_website_is_an_address(client, chief, url):
    data = {"name": "机构", "kind": "other", "url": url, "_save": "1"}
    response = client.post("/admin/vocabulary/organization/add/", data)

    assert list(response.context["adminform"].form.errors) == ["url"]


def test_positions_are_set_in_the_list(client, chief):
    columns = [ColumnFactory(position=1), ColumnFactory(position=2)]
    data = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2", "_save": "1"}
    for number, column in enumerate(columns):
        data |= {f"form-{number}-id": column.pk, f"form-{number}-position": str(10 - number)}

    client.post("/admin/vocabulary/column/", data)

    assert [type(column).objects.get(pk=column.pk).position for column in columns] == [10, 9]


def test_a_column_of_a_fourth_level_is_refused_in_its_form(client, chief):
    top = ColumnFactory()
    leaf = ColumnFactory(parent=ColumnFactory(parent=top))
    form = {"name": "第四级", "slug": "fourth", "position": "0", "review_levels": "0"}

    refused = client.post("/admin/vocabulary/column/add/", {**form, "parent": leaf.pk})
    taken = client.post("/admin/vocabulary/column/add/", {**form, "parent": top.pk})

    said = "最多分三级，请选择更上一级。"
    assert refused.context["adminform"].form.non_field_errors() == [said]
    assert (taken.status_code, Column.objects.get(slug="fourth").parent) == (302, top)


def test_positions_of_a_list_are_saved_where_a_tree_was_too_deep_before(client, chief):
    leaf = ColumnFactory(parent=ColumnFactory(parent=ColumnFactory()))
    deep = ColumnFactory()
    Column.objects.filter(pk=deep.pk).update(parent=leaf)
    rows = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-id": deep.pk, "form-0-position": "7"}

    response = client.post(f"/admin/vocabulary/column/?q={deep.slug}", {**rows, "_save": "1"})

    assert (response.status_code, "at most three levels" in response.content.decode()) == (200, True)
