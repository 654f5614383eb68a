"""The issue's six searches over the real texts: hits against a plain count that knows nothing of the index."""

import re
import unicodedata
from pathlib import Path

import pytest
from django.db import transaction
from django.urls import reverse
from opencc import OpenCC

from articles.models import Article
from portal.search.models import SearchEntry
from portal.search.refreshing import rebuild
from tests.factories import AgreementFactory, ArticleFactory, IndicatorFactory, OrganizationFactory, PartyFactory

# One worker reads them, once.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("real texts")]

DATA = Path(__file__).parents[3] / "shared" / "data"

#: What is typed, and what a plain look at a simplified, lower-case, half-width text would ask.
SEARCHES = {
    "川渝": ["川渝"],
    "協議": ["协议"],
    '"民营经济"': ["民营经济"],
    "荣昌 电子": ["荣昌", "电子"],
    "渝": ["渝"],
    "ＧＤＰ": [r"(?<![a-z0-9])gdp(?![a-z0-9])"],
}


def as_html(text):
    return "".join(f"<p>{line}</p>" for line in text.splitlines() if line.strip())


@pytest.fixture(scope="module")
def records(django_db_setup, django_db_blocker):
    if not DATA.exists():
        pytest.skip("the real texts are not on this machine (../shared/data)")
    with django_db_blocker.unblock(), transaction.atomic():
        write_records()
        yield
        transaction.set_rollback(True)


def write_records():
    reports = [path.read_text() for path in sorted((DATA / "reports").glob("*.txt"))]
    seed = (DATA / "seed" / "seed_page.clean.txt").read_text()
    assert len("".join(reports)) > 30_000
    for number, text in enumerate([*reports, "".join(reports), "\n".join(reports[::-1]), seed]):
        ArticleFactory(headline=f"全文{number}", body=as_html(text))
    ArticleFactory(headline="繁體", body=as_html(OpenCC("s2t").convert(seed)))
    ArticleFactory(headline="ＧＤＰ全角", body="")
    ArticleFactory(headline="草稿川渝", status="draft", published_at=None, body=as_html(seed))
    for line in filter(str.strip, (seed + reports[0]).splitlines()):
        ArticleFactory(headline=f"{line.strip()[:40]}", body=as_html(line))
    PartyFactory(agreement=AgreementFactory(title="電子產業協議"), organization=OrganizationFactory(name="榮昌商会"))
    IndicatorFactory(name="民营经济增加值", name_en="Private economy in GDP", definition="川渝两地。")
    rebuild()


def visible_text(record):
    """Every visible text of a record, made plain by other means than ours."""
    document = record.search_document()
    text = "\n".join([document.title, *document.texts])
    return OpenCC("t2s").convert(unicodedata.normalize("NFKC", text)).lower()


@pytest.mark.usefixtures("records")
def test_hits_equal_a_plain_count_over_the_visible_texts(client):
    texts = {
        f"{kind.object_id} {kind.kind}": visible_text(kind.content_type.get_object_for_this_type(pk=kind.object_id))
        for kind in SearchEntry.objects.listed().select_related("content_type")
    }
    assert max(map(len, texts.values())) > 30_000

    for typed, words in SEARCHES.items():
        expected = {key for key, text in texts.items() if all(re.search(word, text) for word in words)}
        hits = SearchEntry.objects.listed().matching(typed)
        assert {f"{hit.object_id} {hit.kind}" for hit in hits} == expected
        assert client.get(reverse("search"), {"q": typed, "format": "json"}).json()["count"] == len(expected) > 1


@pytest.mark.usefixtures("records")
def test_every_hit_of_the_real_texts_is_shown_with_its_words(client):
    for typed in SEARCHES:
        page = client.get(reverse("search"), {"q": typed, "kind": "article"}).text
        hits = re.findall(r'<li class="hit">.*?</li>', page, re.DOTALL)
        assert hits
        assert [hit for hit in hits if "<mark>" not in hit] == []


@pytest.mark.usefixtures("records")
def test_lists_find_by_the_same_index():
    hits = SearchEntry.objects.listed().of_kind(Article).matching("榮昌")

    assert set(Article.objects.listed().filter(pk__in=hits.values("object_id"))) == {
        article for article in Article.objects.listed() if "荣昌" in visible_text(article)
    }
