"""Who may edit, review and publish a record: a permission of the role, and what its column says."""

import pytest
from django.contrib.auth.models import AnonymousUser, Group

from articles.models import Article
from portal.publishing import life
from portal.publishing.rights import may_edit, may_publish, may_review
from portal.vocabulary.models import Column
from tests.factories import ArticleFactory, ColumnFactory, ReleaseFactory, StaffFactory

from .office import draft, member

pytestmark = pytest.mark.django_db

ASKED = {"editors": may_edit, "reviewers": may_review, "publishers": may_publish}


@pytest.fixture
def group():
    return Group.objects.create(name="时政组")


@pytest.fixture
def everything(group):
    """Two people with all three roles, the first of them in the group."""
    inside, outside = (member("编辑", "审核", "发布") for _ in range(2))
    inside.groups.add(group)
    return inside, outside


def rights_in(column, user):
    article = ArticleFactory(column=column)
    return {role: may(user, article) for role, may in ASKED.items()}


ALL, NONE = dict.fromkeys(ASKED, True), dict.fromkeys(ASKED, False)


@pytest.mark.parametrize(
    ("role", "rights"),
    [
        ("编辑", {**NONE, "editors": True}),
        ("审核", {**NONE, "reviewers": True}),
        ("发布", {**NONE, "editors": True, "publishers": True}),
        ("统计", NONE),
        ("管理员", ALL),
    ],
)
def test_a_column_that_names_nobody_leaves_it_to_the_roles(role, rights):
    assert rights_in(ColumnFactory(), member(role)) == rights
    assert rights_in(None, member(role)) == rights


@pytest.mark.parametrize("without", [{"is_staff": False}, {"is_active": False}])
def test_who_has_no_desk_has_no_rights(without):
    assert rights_in(None, member("管理员", **without)) == NONE
    assert rights_in(None, AnonymousUser()) == NONE


def test_a_superuser_may_everything_in_every_column(group):
    column = ColumnFactory()
    column.editors.add(group)

    assert rights_in(column, StaffFactory()) == ALL


@pytest.mark.parametrize("role", ASKED)
def test_where_a_column_names_somebody_others_have_no_right_in_it(everything, group, role):
    # Not in the roles for which it names nobody either: they do not see what is not public there.
    inside, outside = everything
    column = ColumnFactory()
    getattr(column, role).add(group)

    assert (rights_in(column, inside), rights_in(column, outside)) == (ALL, NONE)


def test_each_role_of_a_column_names_its_own_people(everything, group):
    inside, outside = everything
    others = Group.objects.create(name="另一组")
    outside.groups.add(others)
    column = ColumnFactory()
    column.editors.add(group)
    column.reviewers.add(others)

    assert rights_in(column, inside) == {"editors": True, "reviewers": False, "publishers": True}
    assert rights_in(column, outside) == {"editors": False, "reviewers": True, "publishers": True}


def test_whom_a_column_names_still_needs_the_permission_of_a_role(group):
    column = ColumnFactory()
    column.publishers.add(group)
    editor = member("编辑")
    editor.groups.add(group)

    assert rights_in(column, editor) == {**NONE, "editors": True}


@pytest.mark.parametrize("depth", [1, 2])
def test_a_column_within_that_names_nobody_is_as_the_one_above_it(everything, group, depth):
    inside, outside = everything
    top = ColumnFactory()
    top.editors.add(group)
    column = top
    for _ in range(depth):
        column = ColumnFactory(parent=column)

    assert (rights_in(column, inside), rights_in(column, outside)) == (ALL, NONE)


def test_a_column_within_that_names_others_is_theirs_in_every_role(everything, group):
    inside, outside = everything
    others = Group.objects.create(name="另一组")
    outside.groups.add(others)
    top = ColumnFactory()
    top.editors.add(group)
    below = ColumnFactory(parent=top)
    below.reviewers.add(others)

    assert (rights_in(below, inside), rights_in(below, outside)) == (NONE, ALL)


@pytest.mark.parametrize("closed_before", [True, False])
def test_a_version_that_changes_the_column_needs_the_right_in_both(everything, group, closed_before):
    inside, outside = everything
    free, closed = ColumnFactory(), ColumnFactory()
    closed.publishers.add(group)
    old, new = (closed, free) if closed_before else (free, closed)
    copy = life.begin_working_copy(ArticleFactory(column=old), inside)
    copy.column = new
    copy.save()

    assert {may(inside, copy) for may in ASKED.values()} == {True}
    assert {may(outside, copy) for may in ASKED.values()} == {False}


def test_a_right_is_one_for_each_kind():
    statistician = member("统计")

    assert (may_edit(statistician, ReleaseFactory()), may_edit(statistician, draft())) == (True, False)


@pytest.mark.parametrize("role", ASKED)
def test_nobody_may_act_where_they_see_nothing(everything, group, role):
    column = ColumnFactory()
    getattr(column, role).add(group)
    ColumnFactory(parent=column)
    for user in everything:
        seen = set(Column.objects.open_to(user))
        assert [set(Column.objects.allowing(user, one)) - seen for one in ASKED] == [set()] * 3


def test_rights_of_a_record_without_column_cost_no_question_about_columns(django_assert_num_queries):
    user, article = member("编辑"), Article.objects.get(pk=draft(column=None).pk)
    may_edit(user, article)  # the permissions are read once

    with django_assert_num_queries(0):
        may_edit(user, article)
