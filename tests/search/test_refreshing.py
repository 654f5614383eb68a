import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection

from articles.models import Article
from portal.search import checks, index
from portal.search.models import SearchEntry
from portal.search.refreshing import BATCH, rebuild, refresh
from tests.factories import AgreementFactory, ArticleFactory, IndicatorFactory

pytestmark = pytest.mark.django_db


def found(text):
    return sorted(SearchEntry.objects.matching(text).values_list("title", flat=True))


def test_a_bulk_operation_names_what_it_changed():
    articles = ArticleFactory.create_batch(3, headline="天府")
    Article.objects.filter(pk__in=[articles[0].pk, articles[1].pk]).update(headline="川渝")

    refresh(Article, Article.objects.values_list("pk", flat=True))

    assert (found("川渝"), found("天府")) == (["川渝", "川渝"], ["天府"])


def test_refreshing_what_is_gone_removes_its_entry():
    article = ArticleFactory(headline="川渝")
    refresh(Article, [article.pk, None])
    Article.objects.all().delete()

    refresh(Article, [article.pk, 999_999])

    assert SearchEntry.objects.count() == 0


def test_an_entry_carries_what_a_hit_shows():
    article = ArticleFactory(headline="川渝" * 10, lead="導語", body="<p>正文<b>協議</b></p>", dated="2023-03-31")
    article.refresh_from_db()
    refresh(Article, [article.pk])

    entry = SearchEntry.objects.get()
    assert (entry.kind, entry.title, entry.url, entry.dated) == (
        "article",
        article.headline,
        article.get_absolute_url(),
        "2023-03-31",
    )
    assert (entry.teaser, entry.text.split("\n")[:2]) == ("導語", ["導語", "正文協議"])
    assert entry.title_folded == f" {'川渝' * 10} "


def test_rebuilding_writes_every_kind_and_removes_what_belongs_to_nothing(capsys):
    ArticleFactory.create_batch(2, headline="川渝报道")
    AgreementFactory(title="川渝协议")
    IndicatorFactory(name="川渝产值")
    ArticleFactory(headline="川渝草稿", status="draft", published_at=None)
    strangers = [ContentType.objects.get_for_model(Article), ContentType.objects.get_for_model(SearchEntry)]
    for stranger in strangers:
        SearchEntry.objects.create(
            content_type=stranger, object_id=10**9, kind="x", title="x", url="/", folded=" 川渝 "
        )

    call_command("rebuild_search")

    assert found("川渝") == ["川渝产值", "川渝协议", "川渝报道", "川渝报道", "川渝草稿"]
    assert SearchEntry.objects.count() == 5
    assert capsys.readouterr().out.splitlines() == [
        "article: 3 of 3",
        "agreement: 1 of 1",
        "indicator: 1 of 1",
        "Search index rebuilt: article 3, agreement 1, indicator 1",
    ]


def test_rebuilding_costs_a_fixed_number_of_queries_a_batch(django_assert_max_num_queries):
    ArticleFactory.create_batch(BATCH + 1)
    rebuild()

    # A document of an article asks for its regions, organizations, source and topics; all else is by batch.
    with django_assert_max_num_queries(4 * (BATCH + 1) + 80):
        assert rebuild()["article"] == BATCH + 1


def test_rebuilding_twice_gives_the_same_index():
    ArticleFactory(headline="川渝")
    rebuild()
    first = list(SearchEntry.objects.values())

    rebuild()

    assert list(SearchEntry.objects.values()) == first


def test_a_missing_index_is_told_with_what_to_do_and_made_by_rebuilding():
    ArticleFactory(headline="川渝")
    assert checks.check_index(databases=["default"]) == []
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE search_grams")

    (error,) = checks.check_index(databases=["default"])
    assert (error.id, error.hint) == ("search.E001", "Run: python manage.py rebuild_search")
    assert checks.check_index(databases=None) == []

    rebuild()
    assert (index.exists(), found("川渝")) == (True, ["川渝"])
