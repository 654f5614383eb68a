"""Records that appear together: one moment for all of them, or none."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agreements.models import Agreement
from articles.models import Article
from portal.publishing import life
from portal.publishing.life import Refused
from portal.publishing.models import Bundle, Revision
from tests.factories import AgreementFactory, ArticleFactory, ColumnFactory, PageFactory

from .office import draft, member, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def bundle():
    return Bundle.objects.create(title="签约日")


@pytest.fixture
def publisher():
    return member("编辑", "发布")


def copy_in(bundle, record, **fields):
    copy = life.begin_working_copy(record, None)
    for name, value in {"bundle": bundle, **fields}.items():
        setattr(copy, name, value)
    copy.save()
    return copy


def address(bundle, page="publish"):
    return f"/admin/publishing/bundle/{bundle.pk}/{page}/"


def test_all_that_waits_is_published_at_one_moment(bundle, publisher):
    waiting = [draft(bundle=bundle), draft(AgreementFactory, bundle=bundle), draft(PageFactory, bundle=bundle)]
    outside = draft()
    before = timezone.now()

    published = life.publish_bundle(bundle, publisher)

    assert set(published) == set(waiting)
    moments = {type(record).objects.get(pk=record.pk).published_at for record in waiting}
    assert len(moments) == 1
    assert before <= moments.pop() <= timezone.now()
    assert Article.objects.get(pk=outside.pk).status == "draft"


def test_new_versions_appear_with_it_and_what_is_live_keeps_its_moment(bundle, publisher):
    live = AgreementFactory(title="旧题")
    moment = live.published_at
    copy_in(bundle, live, title="新题")
    new = draft(bundle=bundle)

    assert set(life.publish_bundle(bundle, publisher)) == {live, new}
    live = Agreement.objects.get()
    assert (live.title, live.published_at) == ("新题", moment)


def test_what_was_withdrawn_is_public_again_at_the_moment_of_the_others(bundle, publisher):
    gone = ArticleFactory()
    life.withdraw(gone, publisher, "outdated")
    copy_in(bundle, gone, headline="新题")
    new = draft(bundle=bundle)
    life.publish_bundle(bundle, publisher)

    assert len(set(Article.objects.values_list("published_at", flat=True))) == 1
    assert set(Article.objects.listed()) == {gone, new}


def lacking_its_review(bundle):
    return draft(bundle=bundle, headline="未审", column=ColumnFactory(review_levels=1))


def offline_already(bundle):
    return draft(bundle=bundle, headline="过期", offline_at=timezone.now() - dt.timedelta(hours=1))


def breaking_a_rule(bundle):
    copy = copy_in(bundle, PageFactory(slug="about"), slug="contact", title="重名")
    PageFactory(slug="contact")
    return copy


@pytest.mark.parametrize("hindered", [lacking_its_review, offline_already, breaking_a_rule])
def test_one_that_cannot_be_published_keeps_all_of_them_back(bundle, publisher, hindered):
    first, live = draft(bundle=bundle), AgreementFactory(title="旧题")
    copy_in(bundle, live, title="新题")
    last = hindered(bundle)
    before = Revision.objects.count()

    with pytest.raises(Refused) as refused:
        life.publish_bundle(bundle, publisher)

    assert str(refused.value).startswith(f"“{last}”: ")
    assert Article.objects.get(pk=first.pk).status == "draft"
    live.refresh_from_db()
    assert (live.title, live.working_copies.count(), Revision.objects.count()) == ("旧题", 1, before)


def test_what_is_public_scheduled_or_withdrawn_does_not_wait(bundle, publisher):
    tomorrow = timezone.now() + dt.timedelta(days=1)
    ArticleFactory(bundle=bundle)
    ArticleFactory(bundle=bundle, published_at=tomorrow)
    ArticleFactory(bundle=bundle, status="withdrawn", withdrawn_at=timezone.now(), withdrawal_reason="outdated")
    before = list(Article.objects.order_by("pk").values_list("status", "published_at"))

    with pytest.raises(Refused, match="nothing that waits"):
        life.publish_bundle(bundle, publisher)
    assert list(Article.objects.order_by("pk").values_list("status", "published_at")) == before


# The desk ------------------------------------------------------------------------------------------------------------
def test_the_button_publishes_all_of_it(client, bundle, publisher):
    draft(bundle=bundle), draft(AgreementFactory, bundle=bundle)
    client.force_login(publisher)
    assert address(bundle) in client.get(address(bundle, "change")).content.decode()

    response = client.post(address(bundle))

    assert said(response) == ["2 records are public now."]
    assert (Article.objects.listed().count(), Agreement.objects.listed().count()) == (1, 1)


def test_pressed_twice_it_is_published_once_and_the_second_is_told(client, bundle, publisher):
    article = draft(bundle=bundle)
    client.force_login(publisher)

    told = [said(client.post(address(bundle)))[-1] for _ in range(2)]

    assert told == ["1 records are public now.", "Nothing was published. It holds nothing that waits to be published."]
    assert Revision.objects.of(article).count() == 1


def test_who_may_not_publish_one_of_its_records_has_no_button_and_is_refused(client, bundle, publisher):
    draft(bundle=bundle)
    closed = ColumnFactory()
    closed.publishers.add(member("发布").groups.create(name="另一组"))
    draft(bundle=bundle, column=closed)
    client.force_login(publisher)

    assert address(bundle) not in client.get(address(bundle, "change")).content.decode()
    assert client.post(address(bundle)).status_code == 403
    assert Article.objects.listed().count() == 0


def test_an_editor_alone_does_not_publish_it(client, bundle):
    draft(bundle=bundle)
    client.force_login(member("编辑"))

    assert client.post(address(bundle)).status_code == 403
    assert Article.objects.listed().count() == 0


def test_what_is_in_it_is_told_without_the_names_that_are_not_open_to_the_reader(client, bundle):
    closed = ColumnFactory()
    closed.editors.add(member().groups.create(name="另一组"))
    draft(bundle=bundle, headline="看得见")
    draft(bundle=bundle, headline="看不见", column=closed)
    client.force_login(member("编辑"))

    page = client.get(address(bundle, "change")).content.decode()
    assert ("看得见" in page, "看不见" in page) == (True, False)


@pytest.mark.parametrize("make", ["draft", "passed", "waiting", "copy"])
def test_the_page_of_a_bundle_costs_the_same_for_any_number_of_its_records(client, make):
    client.force_login(member("管理员"))
    prices = []
    for count in (1, 1, 3):  # the first warms up
        bundle = Bundle.objects.create(title="两会专题")
        for _ in range(count):
            column = ColumnFactory(review_levels=0 if make == "draft" else 1)
            if make == "copy":
                copy_in(bundle, ArticleFactory(column=column))
                continue
            article = draft(bundle=bundle, column=column)
            if make != "draft":
                life.submit(article, None)
            if make == "passed":
                life.approve(article, member("审核"), 1)
        with CaptureQueriesContext(connection) as asked:
            page = client.get(address(bundle, "change")).content.decode()
        assert (address(bundle) in page) == (make in {"draft", "passed"})
        prices.append(len(asked))

    assert prices[1] == prices[2]


def test_what_became_of_its_records_since_the_button_was_shown_counts(client, bundle, publisher, monkeypatch):
    """They were read before a colleague took the column away: they are asked again when they are held."""
    article, closed = draft(bundle=bundle), ColumnFactory()
    closed.publishers.add(member("发布").groups.create(name="另一组"))
    client.force_login(publisher)
    lock = life.lock

    def late(record):
        Article.objects.filter(pk=record.pk).update(column=closed)
        lock(record)

    monkeypatch.setattr(life, "lock", late)
    assert client.post(address(bundle)).status_code == 403
    article.refresh_from_db()
    assert article.status == "draft"
