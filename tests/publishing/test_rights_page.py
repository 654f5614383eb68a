"""One page that shows who may do what, as it is in the database."""

import pytest
from django.contrib.auth.models import Group, Permission
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.accounts.models import Role, User
from portal.roles import ROLES
from tests.factories import ColumnFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db

RIGHTS = "/admin/rights/"


def member(client, role, **kwargs):
    user = StaffFactory(is_superuser=False, language="en", **kwargs)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    return user


def matrix(client):
    """Kind → role → verbs."""
    return {
        kind: {group.name: list(map(str, verbs)) for group, verbs in cells}
        for _name, kinds in client.get(RIGHTS).context["sections"]
        for kind, cells in kinds
    }


def test_matrix_says_what_each_role_may_do_with_each_kind(client):
    member(client, "编辑")

    assert matrix(client)["Article"] == {
        "编辑": ["view", "add", "change", "delete"],
        "审核": ["view", "review"],
        "发布": ["view", "change", "publish"],
        "统计": ["view"],
        "管理员": ["view", "add", "change", "delete", "review", "publish"],
    }


def test_matrix_is_read_from_the_database(client):
    member(client, "编辑")
    Group.objects.get(name="编辑").permissions.remove(Permission.objects.get(codename="delete_article"))
    Group.objects.create(name="总编室").permissions.add(Permission.objects.get(codename="publish_article"))

    article = matrix(client)["Article"]

    assert (article["编辑"], article["总编室"]) == (["view", "add", "change"], ["publish"])


def test_sections_stand_in_the_order_of_the_start_page(client):
    member(client, "编辑")

    names = [name for name, _kinds in client.get(RIGHTS).context["sections"]]

    shared = ["Images and documents", "Pages and imprint", "Vocabulary", "Publishing", "Accounts"]
    assert names == ["Content", *shared]


@pytest.mark.parametrize("role", ROLES)
def test_everybody_at_the_desk_may_read_it(client, role):
    member(client, role)

    page = client.get(RIGHTS)

    assert (page.status_code, f'href="{RIGHTS}"' in page.content.decode()) == (200, True)


def test_others_are_asked_to_log_in(client):
    client.force_login(UserFactory())

    assert client.get(RIGHTS).url.startswith("/admin/login/")


def columns(client):
    """Column → (depth, whose rule holds, the groups for editing, reviewing, publishing)."""
    return {
        str(one["column"]): (
            one["depth"],
            one["holder"] and str(one["holder"]),
            *[[group.name for group in groups] for _role, groups in one["roles"]],
        )
        for one in client.get(RIGHTS).context["columns"]
    }


def test_columns_are_a_tree_and_say_from_where_their_rule_comes(client):
    member(client, "编辑")
    ours = Group.objects.create(name="我们")
    top = ColumnFactory(name="要闻", review_levels=3)
    part = ColumnFactory(name="快讯", parent=top)
    ColumnFactory(name="短讯", parent=part)
    ColumnFactory(name="通知")
    top.editors.add(ours)
    special = ColumnFactory(name="专刊", parent=top)
    special.publishers.add(ours)

    assert columns(client) == {
        "要闻": (0, "要闻", ["我们"], [], []),
        "快讯": (1, "要闻", ["我们"], [], []),
        "短讯": (2, "要闻", ["我们"], [], []),
        "专刊": (1, "专刊", [], [], ["我们"]),
        "通知": (0, None, [], [], []),
    }
    page = client.get(RIGHTS).content.decode()
    assert page.count("as 要闻") == 2


def test_people_are_told_with_roles_and_what_goes_beyond_them(client):
    me = member(client, "管理员", name="周远", username="a")
    me.user_permissions.add(Permission.objects.get(codename="delete_user"))
    StaffFactory(name="总管", username="b")
    StaffFactory(name="走了", is_active=False)
    UserFactory(name="读者")

    page = client.get(RIGHTS)

    assert [str(person) for person in page.context["people"]] == ["周远", "总管"]
    assert "and 1 right beyond the role" in page.content.decode()
    assert page.content.decode().count("superuser: everything") == 1


def test_people_are_told_with_their_second_factor(client):
    member(client, "管理员", username="a")
    with_one = StaffFactory(username="b")
    TOTPDevice.objects.create(user=with_one, confirmed=True)
    TOTPDevice.objects.create(user=StaffFactory(username="c"), confirmed=False)

    page = client.get(RIGHTS)

    assert [bool(person.second_factor) for person in page.context["people"]] == [False, True, False]
    assert "demanded, not set up" not in page.content.decode()

    Role.objects.create(group=Group.objects.get(name="审核"), demands_second_factor=True)
    User.objects.get(username="c").groups.add(Group.objects.get(name="审核"))
    assert client.get(RIGHTS).content.decode().count("demanded, not set up") == 1


def test_people_are_for_who_may_see_users(client):
    StaffFactory(name="林舟")
    member(client, "编辑")
    assert "林舟" in client.get(RIGHTS).content.decode()

    Group.objects.get(name="编辑").permissions.remove(Permission.objects.get(codename="view_user"))

    page = client.get(RIGHTS)
    assert page.context["people"] is None
    assert "林舟" not in page.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_page_costs_the_same_for_any_number(client, count, django_assert_num_queries):
    member(client, "编辑")
    client.get(RIGHTS)
    for n in range(count):
        group = Group.objects.create(name=f"group{n}")
        group.permissions.add(Permission.objects.get(codename="view_article"))
        column = ColumnFactory(parent=ColumnFactory())
        for role in (column.editors, column.reviewers, column.publishers):
            role.add(group)
        StaffFactory().groups.add(group)

    # session, user, their rights and those of their roles; groups, rights; columns, their three lists; people, roles
    with django_assert_num_queries(12):
        client.get(RIGHTS)
