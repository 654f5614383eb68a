"""Writing an article in the admin, and pasting a whole page."""

from pathlib import Path

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone, translation

from articles.models import Article
from portal.accounts.models import User
from portal.publishing import life
from portal.publishing.richtext import visible_text
from portal.roles import make_roles
from portal.vocabulary.models import Organization
from portal.vocabulary.templatetags.quantities import quantity_text
from tests.factories import (
    AgreementFactory,
    AmountFactory,
    ArticleFactory,
    ColumnFactory,
    ObservationFactory,
    OrganizationFactory,
    SeriesFactory,
    StaffFactory,
    TopicFactory,
)
from tests.publishing.office import act, draft, member

pytestmark = pytest.mark.django_db

SEED = Path(__file__).resolve().parents[3] / "shared/data/seed/seed_page.clean.txt"
ADD = "/admin/articles/article/add/"
NO_CITATIONS = {"citations-TOTAL_FORMS": "0", "citations-INITIAL_FORMS": "0"}
PAGE = """新闻热线：000-00000000

共建一条江 | 两地携手 十二座码头年内通航

2026-03-02 09:30:00  来源：测试江报

三月一日，两地在码头签约，十二座码头将在年内通航，货物上船的时间缩短一天。

联合修船

两地的船厂将互认图纸，维修一艘货船的时间从四十天缩短到二十五天，费用下降一成。

责任编辑：某某
"""


@pytest.fixture
def chief(client):
    user = StaffFactory(language="en")
    client.force_login(user)
    return user


def add(client, **data):
    return client.post(ADD, {**NO_CITATIONS, "_save": "1", **data})


def errors(response):
    with translation.override("en"):
        return {name: list(lines) for name, lines in response.context["adminform"].form.errors.items()}


def said(response):
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def cite(client, article, **citation):
    address = reverse("admin:articles_article_change", args=[article.pk])
    rows = {"citations-TOTAL_FORMS": "1", "citations-INITIAL_FORMS": "0"}
    rows |= {f"citations-0-{name}": value for name, value in citation.items()}
    data = {"headline": article.headline, "dated": "2026-01-01", "body": article.body, **rows, "_save": "1"}
    response = client.post(address, data)
    with translation.override("en"):
        forms = response.context["inline_admin_formsets"][0].formset.forms if response.context else []
        return {name: list(lines) for form in forms for name, lines in form.errors.items()}


# Pasting -------------------------------------------------------------------------------------------------------------


def test_pasted_page_fills_what_is_empty_and_says_what_it_left_out(client, chief):
    source = OrganizationFactory(name="测试江报社", aliases="测试江报、江报")

    response = add(client, paste=PAGE)

    article = Article.objects.get()
    assert (article.kicker, article.headline) == ("共建一条江｜两地携手", "十二座码头年内通航")
    assert (f"{article.dated}", article.source, article.editor) == ("2026-03-02", source, None)
    assert "<h2>联合修船</h2>" in article.body
    assert "新闻热线" in said(response)
    assert "新闻热线" not in article.body


def test_what_the_editor_wrote_stands(client, chief):
    other = OrganizationFactory()
    add(client, paste=PAGE, headline="另拟的标题", dated="2026-03-05", source=other.pk)

    article = Article.objects.get()
    assert (article.headline, f"{article.dated}", article.source) == ("另拟的标题", "2026-03-05", other)


def test_source_that_nobody_knows_is_made_and_the_editor_is_told(client, chief):
    response = add(client, paste=PAGE)

    source = Organization.objects.get()
    assert (source.name, source.kind, Article.objects.get().source) == ("测试江报", "media", source)
    assert "测试江报" in said(response)


def test_source_is_not_made_by_who_may_not(client):
    user = User.objects.create(username="e", is_staff=True, language="en")
    user.groups.add(make_roles()["编辑"])
    group = user.groups.get()
    group.permissions.remove(*group.permissions.filter(codename="add_organization"))
    client.force_login(user)

    response = add(client, paste=PAGE)

    assert (Organization.objects.count(), Article.objects.get().source) == (0, None)
    assert "Ask an administrator" in said(response)


def test_no_source_is_made_for_an_article_that_is_refused(client, chief):
    response = add(client, paste=PAGE, dated="2026-02-30")

    assert list(errors(response)) == ["dated"]
    assert (Organization.objects.count(), Article.objects.count()) == (0, 0)


def test_headline_or_a_page_is_asked_for(client, chief):
    assert errors(add(client)) == {"headline": ["Give the headline, or paste a whole page above."]}
    response = add(client, paste="……")
    assert errors(response) == {"headline": ["No headline can be told from the pasted text. Write it here."]}


def test_headline_of_a_page_that_is_too_long_is_refused_at_its_field(client, chief):
    long = "长" * 119 + " | " + "标题" * 70
    assert set(errors(add(client, paste=f"{long}\n\n2026-03-02 来源：某报\n\n正文写在这里，有头有尾。"))) <= {
        "headline",
        "kicker",
    }


def test_left_empty_the_date_is_today(client, chief):
    add(client, headline="标题")

    assert Article.objects.get().dated == timezone.localdate()


def test_page_is_pasted_only_where_an_article_is_added(client, chief):
    article = ArticleFactory()
    address = reverse("admin:articles_article_change", args=[article.pk])

    assert b'name="paste"' in client.get(ADD).content
    assert b'name="paste"' not in client.get(address).content


def test_editor_in_charge_is_who_writes(client, chief):
    assert client.get(ADD).context["adminform"].form.initial["editor"] == chief.pk


@pytest.mark.skipif(not SEED.exists(), reason="the seed page is not here (shared/data)")
def test_seed_page_comes_out_as_a_proper_article(client, chief):
    text = SEED.read_text()
    response = add(client, paste=text, _publish="1")

    article = Article.objects.listed().get()
    assert article.kicker.endswith("三年来两地共推产业共兴、要素共用、服务共融")
    assert article.headline == "川渝齐心做大做强民营经济"
    assert (f"{article.dated}", article.source.name) == ("2023-03-31", "重庆日报")
    assert article.body.count("<h2>") == 3
    assert article.body.count("<p>") == 23
    assert "<h2>瞄准市场需求</h2>" in article.body
    assert visible_text(article.body).startswith("强化合作交流、促成精准合作、凝聚发展合力……")
    assert "举报电话" in said(response)
    assert "举报电话" not in article.body
    page = client.get(article.get_absolute_url())
    assert page.status_code == 200


# Bad input -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dated", ["2023-02-30", "昨天", "99999-01-01", "2023-13-01", "0000-00-00", "1e9"])
def test_day_that_does_not_exist_is_refused_at_its_field(client, chief, dated):
    assert list(errors(add(client, headline="标题", dated=dated))) == ["dated"]


@pytest.mark.parametrize("field", ["headline", "kicker", "lead", "byline", "paste", "source_url"])
def test_nul_is_refused_or_taken_out_and_never_stored(client, chief, field):
    response = add(client, **{"headline": "标题", field: "a\x00b"})

    assert response.status_code in {200, 302}
    assert "\x00" not in "".join(f"{a.headline}{a.kicker}{a.lead}{a.body}" for a in Article.objects.all())


@pytest.mark.parametrize("headline", ["‮反过来", "😀" * 60, "\u200b\ufeff标题", "﷽" * 100, "e\u0301" * 50])
def test_odd_characters_make_an_article_like_others(client, chief, headline):
    add(client, headline=headline)

    assert client.get(Article.objects.get().get_absolute_url()).status_code == 200


def test_body_is_clean_whatever_was_typed(client, chief):
    add(client, headline="标题", body='<p onclick="x()">正文<script>alert(1)</script></p><iframe src="//x"></iframe>')

    assert Article.objects.get().body == "<p>正文</p>"


def test_address_of_a_source_is_an_address(client, chief):
    assert list(errors(add(client, headline="标题", source_url="javascript:alert(1)"))) == ["source_url"]


# Citations -----------------------------------------------------------------------------------------------------------


def test_citation_has_exactly_one_target(client, chief):
    article, figure, agreement = draft(), ObservationFactory(), AgreementFactory()

    neither = cite(client, article, exact="引文")
    both = cite(client, article, exact="引文", observation=figure.pk, agreement=agreement.pk)

    message = "Cite a figure or an agreement: one of them, and not both."
    assert [neither, both] == [{"__all__": [message]}] * 2


def test_citation_names_a_part_that_the_agreement_has(client, chief):
    article, amount = draft(), AmountFactory(kind="total_investment", basis="agreed")

    refused = cite(client, article, exact="150亿元", agreement=amount.agreement.pk, part="amount:land_area:agreed")
    taken = cite(client, article, exact="150亿元", agreement=amount.agreement.pk, part="amount:total_investment:agreed")

    assert (list(refused), taken, article.citations.count()) == (["part"], {}, 1)


def test_figure_is_offered_with_its_value_and_its_vintage(client, chief):
    chief.language = "zh-hans"
    chief.save()
    gdp = SeriesFactory(indicator__name="地区生产总值", region__name="重庆市")
    figure = ObservationFactory(series=gdp, mantissa="29129.03", decimals=2)
    ObservationFactory(series=gdp, time_period="2021")
    query = {"app_label": "articles", "model_name": "citation", "field_name": "observation", "term": "重庆 生产 2022"}

    found = client.get("/admin/autocomplete/", query).json()["results"]

    figure.refresh_from_db()
    text = f"重庆市 地区生产总值 2022年 = {quantity_text(figure)}（2023-03-01）"
    assert found == [{"id": str(figure.pk), "text": text}]


# Its place in lists --------------------------------------------------------------------------------------------------


PLACES = [("pin", "is_pinned", True), ("unpin", "is_pinned", False)]
PLACES += [("recommend", "is_recommended", True), ("unrecommend", "is_recommended", False)]


@pytest.mark.parametrize(("action", "name", "value"), PLACES)
def test_articles_are_placed_in_lists_and_taken_out_again(client, chief, action, name, value):
    articles = [ArticleFactory(**{name: not value}), ArticleFactory(**{name: value})]

    response = act(client, Article, action, articles)

    assert set(Article.objects.values_list(name, flat=True)) == {value}
    assert said(response).endswith(": 1 article")
    assert [entry.object_id for entry in LogEntry.objects.all()] == [str(articles[0].pk)]


@pytest.mark.parametrize(("action", "name", "value"), PLACES)
def test_the_live_article_is_placed_by_who_may_publish_it_and_a_draft_by_who_writes_it(client, action, name, value):
    theirs = ColumnFactory()
    group = Group.objects.create(name="时政组")
    theirs.publishers.add(Group.objects.create(name="另一组"))
    theirs.reviewers.add(group)
    made = {
        "live": ArticleFactory(**{name: not value}),
        "draft": draft(**{name: not value}),
        "theirs": ArticleFactory(column=theirs, **{name: not value}),
    }
    placed = {}
    for role in ("编辑", "发布"):
        user = member(role)
        user.groups.add(group)
        client.force_login(user)
        Article.objects.update(**{name: not value})
        response = act(client, Article, action, made.values())
        placed[role] = {key for key, one in made.items() if getattr(Article.objects.get(pk=one.pk), name) == value}
        assert said(response).endswith("not yours to place in lists.")

    assert placed == {"编辑": {"draft"}, "发布": {"live", "draft"}}


def test_placing_an_article_writes_nothing_else_of_it(client, chief, monkeypatch):
    """The list was read before a colleague published a new version."""
    article = ArticleFactory(headline="旧题")
    lock = life.lock

    def late(record):
        Article.objects.filter(pk=record.pk).update(headline="新题")
        lock(record)

    monkeypatch.setattr(life, "lock", late)
    act(client, Article, "pin", [article])

    article.refresh_from_db()
    assert (article.headline, article.is_pinned, article.updated_by) == ("新题", True, chief)


def test_a_working_copy_has_no_place_in_lists(client, chief):
    copy = life.begin_working_copy(ArticleFactory(), chief)

    act(client, Article, "pin", [copy])

    assert set(Article.objects.values_list("is_pinned", flat=True)) == {False}


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_for_any_number_of_articles(client, chief, count, django_assert_num_queries):
    ArticleFactory.create_batch(count, updated_by=chief, topics=[TopicFactory()])

    # session, user, open columns, count, articles with column and who changed them, columns of the filter, first and
    # last date and the days between; imprint, menu, and whether there is an imprint, for the list of everything
    with django_assert_num_queries(11):
        client.get("/admin/articles/article/")
