"""Whose turn it is: lists of what waits, which must say what the buttons say."""

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.models import Article
from portal.publishing import life
from portal.publishing.revisions import revise
from portal.publishing.steps import Desk, Step
from portal.publishing.waiting import sent_back, to_publish, to_review
from tests.factories import ArticleFactory, ColumnFactory

from .office import ARTICLES, draft, member, shown

pytestmark = pytest.mark.django_db

# Small worlds: people × roles × columns × what happened -------------------------------------------------------------

PEOPLE = range(3)
GROUPS = ["甲组", "乙组"]
named = st.sets(st.sampled_from(GROUPS), max_size=1)
people = st.lists(
    st.fixed_dictionaries(
        {
            "roles": st.sets(st.sampled_from(["编辑", "审核", "发布", "管理员"]), max_size=3),
            "groups": st.sets(st.sampled_from(GROUPS)),
            "is_superuser": st.sampled_from([False, False, False, True]),
            "is_staff": st.sampled_from([True, True, True, False]),
        }
    ),
    min_size=len(PEOPLE),
    max_size=len(PEOPLE),
)
columns = st.lists(
    st.fixed_dictionaries(
        {"levels": st.integers(0, 3), "editors": named, "reviewers": named, "publishers": named, "below": st.booleans()}
    ),
    min_size=2,
    max_size=2,
)
#: Who did what, one after the other; what is refused does not happen.
history = st.lists(
    st.tuples(
        st.sampled_from(["save", "submit", "submit", "approve", "approve", "send_back", "take_back"]),
        st.sampled_from(PEOPLE),
    ),
    max_size=8,
)
places = st.sampled_from([None, 0, 1])


def make_people(descriptions):
    made = []
    for one in descriptions:
        flags = {name: one[name] for name in ("is_superuser", "is_staff")}
        user = member(*one["roles"], **flags)
        user.groups.add(*Group.objects.filter(name__in=one["groups"]))
        made.append(user)
    return made


def make_columns(descriptions):
    made = []
    for one in descriptions:
        column = ColumnFactory(review_levels=one["levels"], parent=made[0] if one["below"] and made else None)
        for role in ("editors", "reviewers", "publishers"):
            getattr(column, role).set(Group.objects.filter(name__in=one[role]))
        made.append(column)
    return made


def live(record, users, happened):
    """Let ``happened`` happen to ``record``, whoever may; what the state forbids is refused."""
    for number, (what, who) in enumerate(happened):
        by = users[who]
        record = type(record).objects.get(pk=record.pk)
        try:
            if what == "save":
                if record.status == "draft":
                    record.headline = f"第{number}稿"
                    record.save()
                    revise(record, by)
            elif what == "approve":
                life.approve(record, by, record.reviews_passed + 1)
            elif what == "send_back":
                level = record.reviews_passed + 1 if record.reviews_passed < record.reviews_needed else 4
                life.send_back(record, by, level, "请核对")
            else:
                getattr(life, what)(record, by)
        except life.Refused:
            pass
    return type(record).objects.get(pk=record.pk)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(people=people, columns=columns, column=places, moved_to=places, is_copy=st.booleans(), happened=history)
def test_what_waits_for_a_person_is_what_they_have_a_button_for(people, columns, column, moved_to, is_copy, happened):
    with transaction.atomic():
        Group.objects.bulk_create(Group(name=name) for name in GROUPS)
        users, made = make_people(people), make_columns(columns)
        place = None if column is None else made[column]
        if is_copy:
            record = life.begin_working_copy(ArticleFactory(column=place, created_by=users[1]), users[0])
            record.column = None if moved_to is None else made[moved_to]
            record.save()
        else:
            record = draft(column=place, created_by=users[0])
        record = live(record, users, happened)
        for user in users:
            desk = Desk(user, record)
            in_review = record.status == "in_review"
            expected = [
                desk.may(Step.APPROVE),
                in_review and desk.may(Step.PUBLISH),
                record.created_by == user and desk.returned() is not None,
            ]
            lists = [set(among(Article.objects.all(), user)) for among in (to_review, to_publish, sent_back)]
            assert lists == [{record} if waits else set() for waits in expected]
            # Nobody is asked about what they cannot open.
            assert not any(expected[:2]) or Article.objects.openable_by(user).filter(pk=record.pk).exists()
        transaction.set_rollback(True)


# Lists at the desk ---------------------------------------------------------------------------------------------------
def test_a_reviewer_finds_what_waits_for_them(client):
    author, reader = member("编辑"), member("审核")
    column = ColumnFactory(review_levels=2)
    waiting, done, own = (draft(created_by=by, column=column) for by in (author, author, reader))
    for article in (waiting, done, own):
        life.submit(article, article.created_by)
    life.approve(done, reader, 1)
    draft(column=column)
    client.force_login(reader)

    assert shown(client, "waiting=review") == {waiting}


def test_a_publisher_finds_what_has_passed(client):
    author, column = member("编辑"), ColumnFactory(review_levels=1)
    passed, lacking = (draft(created_by=author, column=column) for _ in range(2))
    for article in (passed, lacking):
        life.submit(article, author)
    life.approve(passed, member("审核"), 1)
    client.force_login(member("发布"))

    assert shown(client, "waiting=publish") == {passed}


def test_an_author_finds_what_came_back_until_it_is_submitted_again(client):
    author, column = member("编辑"), ColumnFactory(review_levels=1)
    article, others = draft(created_by=author, column=column), draft(created_by=member("编辑"), column=column)
    for one in (article, others):
        life.submit(one, author)
        life.send_back(one, member("审核"), 1, "请核对")
    client.force_login(author)
    assert shown(client, "waiting=sent_back") == {article}

    life.submit(article, author)
    assert shown(client, "waiting=sent_back") == set()


@pytest.mark.parametrize("path", ["/admin/", f"{ARTICLES}?waiting=review", f"{ARTICLES}?waiting=publish"])
def test_what_waits_costs_the_same_however_much_it_is(client, path):
    me, author, readers = member("编辑", "审核", "发布"), member("编辑"), [member("审核"), member("审核")]
    column = ColumnFactory(review_levels=2)
    client.force_login(me)
    prices = []
    for _ in range(2):
        for passes in (0, 1, 2):
            record = draft(created_by=author, column=column)
            life.submit(record, author)
            for level, reader in enumerate(readers[:passes], 1):
                life.approve(record, reader, level)
        back = draft(created_by=me, column=column)
        life.submit(back, me)
        life.send_back(back, readers[0], 1, "请核对")
        life.begin_working_copy(ArticleFactory(column=column), me)
        client.get(path)
        with CaptureQueriesContext(connection) as counted:
            client.get(path)
        prices.append(len(counted))

    assert prices[0] == prices[1]
