import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from portal.vocabulary.models import Column, GroupMember, Organization, Region, Topic
from tests.factories import ColumnFactory, OrganizationFactory, RegionFactory, StaffFactory, TopicFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_a_code_is_held_by_one_region_at_a_time():
    RegionFactory(code="500105", name="江北区", valid_to="2025")
    RegionFactory(code="500105", name="后来者")

    with pytest.raises(IntegrityError), transaction.atomic():
        RegionFactory(code="500105", name="再来者")


def test_an_address_is_the_code_in_force_or_code_and_last_year():
    former = RegionFactory(code="500105", name="江北区", valid_to="2025")
    holder = RegionFactory(code="500105", name="后来者")

    assert (former.address, holder.address) == ("500105-2025", "500105")
    assert Region.objects.at("500105").get() == holder
    assert Region.objects.at("500105-2025").get() == former
    assert list(Region.objects.at("500105-2024")) == []
    assert list(Region.objects.at("CN-500105")) == []


def test_within_reaches_from_the_nation_to_the_county():
    nation = RegionFactory(kind="nation")
    province = RegionFactory(parent=nation)
    prefecture = RegionFactory(parent=province, kind="prefecture")
    county = RegionFactory(parent=prefecture, kind="county")
    elsewhere = RegionFactory()

    assert set(Region.objects.within(nation)) == {nation, province, prefecture, county}
    assert set(Region.objects.within(province)) == {province, prefecture, county}
    assert set(Region.objects.within(county)) == {county}
    assert elsewhere not in Region.objects.within(nation)


def test_a_group_holds_its_members_their_parts_and_those_that_ended_as_members():
    group = RegionFactory(code="CYEC", kind="group")
    member, gone = RegionFactory(), RegionFactory(valid_to="2025")
    part = RegionFactory(parent=member)
    left = RegionFactory()
    for region, until in ((member, ""), (gone, "2025"), (left, "2024")):
        GroupMember.objects.create(group=group, member=region, valid_to=until)

    assert set(Region.objects.within(group)) == {group, member, part, gone}


@pytest.mark.parametrize("factory", [RegionFactory, TopicFactory, ColumnFactory])
def test_nothing_is_part_of_itself(factory):
    node = factory()
    node.parent = node

    with pytest.raises(IntegrityError), transaction.atomic():
        node.save()


def test_a_topic_holds_what_lies_below_it():
    top = TopicFactory()
    middle = TopicFactory(parent=top)
    leaf = TopicFactory(parent=middle)
    TopicFactory()

    assert set(Topic.objects.within(top)) == {top, middle, leaf}


def line(factory, length):
    """Nodes, each part of the one before."""
    nodes = [factory()]
    while len(nodes) < length:
        nodes.append(factory(parent=nodes[-1]))
    return nodes


@pytest.mark.parametrize("factory", [TopicFactory, ColumnFactory])
def test_a_tree_has_three_levels(factory):
    *_above, leaf = line(factory, 3)
    said = "最多分三级，请选择更上一级。"

    with pytest.raises(ValidationError, match=said):
        factory(parent=leaf)
    with pytest.raises(ValidationError, match=said):
        factory.build(parent=leaf).full_clean()


def test_what_is_below_moves_along_and_has_its_place_too():
    top, middle, leaf = line(ColumnFactory, 3)
    other, below = line(ColumnFactory, 2)

    for moved, onto in [(top, other), (middle, below), (other, middle)]:
        moved.parent = onto
        with pytest.raises(ValidationError, match="最多分三级"):
            moved.save()
        moved.refresh_from_db()
    for moved, onto in [(middle, other), (leaf, below)]:
        moved.parent = onto
        moved.save()

    assert set(Column.objects.within(other)) == {other, below, middle, leaf}


def test_no_tree_bites_its_tail():
    top, middle, leaf = line(ColumnFactory, 3)

    for below in (middle, leaf):
        top.parent = below
        with pytest.raises(ValidationError, match=f"“{below.name}”已是它的下级"):
            top.save()


def test_a_place_that_signs_has_its_region():
    with pytest.raises(IntegrityError), transaction.atomic():
        OrganizationFactory(kind="place")


def test_a_second_organization_of_one_name_is_refused_with_advice():
    OrganizationFactory(name="重庆市工商业联合会")

    with pytest.raises(ValidationError) as refused:
        Organization(name="重庆市工商业联合会", kind="other").full_clean()

    assert list(refused.value.message_dict) == ["name"]


def test_organizations_sort_by_pinyin_on_every_database():
    for name in ("重庆市", "四川省", "贵州省", "阿坝州", "长安"):
        OrganizationFactory(name=name)

    assert [one.name for one in Organization.objects.all()] == ["阿坝州", "长安", "重庆市", "贵州省", "四川省"]


def test_a_column_takes_at_most_three_reviews():
    with pytest.raises(IntegrityError), transaction.atomic():
        ColumnFactory(review_levels=4)


def test_a_column_is_open_to_everybody_until_it_names_somebody():
    free, desk = ColumnFactory(), ColumnFactory()
    group = Group.objects.create(name="desk")
    desk.publishers.add(group)
    member, other = UserFactory(), UserFactory()
    member.groups.add(group)

    assert set(Column.objects.open_to(member)) == {free, desk}
    assert set(Column.objects.open_to(other)) == {free}
    assert set(Column.objects.open_to(StaffFactory())) == {free, desk}


def test_a_code_that_passed_on_twice_in_a_year_leads_to_its_last_holder(client):
    RegionFactory(code="500105", valid_to="2025-03")
    last = RegionFactory(code="500105", valid_to="2025-12")
    RegionFactory(code="500105", valid_to="2025-06")

    assert client.get("/regions/500105-2025/").context["region"] == last


@pytest.mark.parametrize("code", ["重庆", "CY EC", "US/CA", ""])
def test_a_code_that_makes_no_address_is_refused_at_its_field(code):
    with pytest.raises(ValidationError) as refused:
        RegionFactory.build(code=code).full_clean()

    assert list(refused.value.message_dict) == ["code"]


def test_who_left_a_group_before_it_ended_is_not_inside():
    group, gone = RegionFactory(kind="group"), RegionFactory(valid_to="2025")
    GroupMember.objects.create(group=group, member=gone, valid_to="2010")

    assert set(Region.objects.within(group)) == {group}
