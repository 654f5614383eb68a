"""Preview of a working copy: it stands at the address of its original, and the public page stays as it is."""

import pytest

from portal.publishing import life
from tests.factories import (
    AgreementFactory,
    ArticleFactory,
    CitationFactory,
    IndicatorFactory,
    MilestoneFactory,
    ObservationFactory,
    OrganizationFactory,
    PageFactory,
    PartyFactory,
    SeriesFactory,
    StaffFactory,
)

from .office import copy_of, draft, guest, in_days, token_for, words

pytestmark = pytest.mark.django_db


def test_the_copy_is_at_the_address_of_its_original_and_has_none_of_its_own(client):
    article = ArticleFactory(headline="公开的")
    copy = copy_of(article, ArticleFactory, headline="改过的")
    client.force_login(StaffFactory())

    shown = client.get(copy.preview_url)

    assert copy.preview_url == f"{article.get_absolute_url()}?version=copy"
    assert ("改过的" in words(shown), "公开的" in words(shown)) == (True, False)
    assert "改过的" not in words(client.get(article.get_absolute_url()))
    assert client.get(f"/articles/{copy.pk}/").status_code == 404


def test_without_a_copy_there_is_no_such_version(client):
    article = ArticleFactory()
    client.force_login(StaffFactory())

    assert client.get(f"{article.get_absolute_url()}?version=copy").status_code == 404


def test_the_public_has_no_copies(client):
    article = ArticleFactory()
    copy = copy_of(article, ArticleFactory)

    assert client.get(copy.preview_url).status_code == 404


def test_a_link_to_a_copy_opens_the_copy_and_the_public_page_stays_as_it_is():
    article = ArticleFactory(headline="公开的")
    copy = copy_of(article, ArticleFactory, headline="改过的")
    visitor = guest(copy)

    assert "改过的" in words(visitor.get(copy.preview_url))
    assert "改过的" not in words(visitor.get(article.get_absolute_url()))


def test_a_link_to_a_draft_opens_no_copy_of_it():
    article = draft()
    copy = copy_of(article, ArticleFactory)

    assert guest(article).get(copy.preview_url).status_code == 404


def test_a_copy_of_what_is_offline_opens_by_its_link():
    article = ArticleFactory(offline_at=in_days(-0.5))
    copy = copy_of(article, ArticleFactory, headline="改过的")
    visitor = guest(copy)

    assert "改过的" in words(visitor.get(copy.preview_url))
    assert visitor.get(article.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(("factory", "path"), [(PageFactory, "/pages/old/"), (IndicatorFactory, "/stats/old/")])
def test_copies_of_what_is_addressed_by_a_word_are_found_by_the_word_that_is_public(client, factory, path):
    copy = copy_of(factory(slug="old"), factory, slug="new")
    client.force_login(StaffFactory())

    assert copy.preview_url == f"{path}?version=copy"
    assert client.get(copy.preview_url).context["record"] == copy


def test_the_parts_of_the_page_are_the_copys(client):
    agreement = AgreementFactory()
    old, new = OrganizationFactory(name="原来的机构"), OrganizationFactory(name="后来的机构")
    PartyFactory(agreement=agreement, organization=old)
    copy = copy_of(agreement, AgreementFactory)
    PartyFactory(agreement=copy, organization=new)
    MilestoneFactory(agreement=copy, kind="started", date="2024")
    client.force_login(StaffFactory())

    shown = words(client.get(copy.preview_url))

    assert ("后来的机构" in shown, "原来的机构" in shown, "2024" in shown) == (True, False, True)


def test_the_citations_of_the_page_are_the_copys(client):
    article = ArticleFactory()
    CitationFactory(article=article, exact="原来的引文")
    copy = copy_of(article, ArticleFactory)
    CitationFactory(article=copy, exact="后来的引文")
    client.force_login(StaffFactory())

    shown = words(client.get(copy.preview_url))

    assert ("后来的引文" in shown, "原来的引文" in shown) == (True, False)


def test_what_points_at_the_original_stands_on_the_page_of_its_copy(client):
    agreement = AgreementFactory()
    relating = AgreementFactory(title="实施细则")
    relating.relations.create(kind="implements", target=agreement)
    draft(AgreementFactory, title="没有公开的细则").relations.create(kind="implements", target=agreement)
    CitationFactory(article__headline="讲到它的文章", observation=None, agreement=agreement)
    copy = copy_of(agreement, AgreementFactory)

    shown = words(guest(copy).get(copy.preview_url))

    said = {text: text in shown for text in ("实施细则", "讲到它的文章", "没有公开的细则")}
    assert said == {"实施细则": True, "讲到它的文章": True, "没有公开的细则": False}


def test_an_indicators_copy_is_shown_with_the_figures_of_the_indicator(client):
    series = SeriesFactory(region__name="重庆市")
    ObservationFactory(series=series)
    copy = copy_of(series.indicator, IndicatorFactory, name="改过的名称")
    client.force_login(StaffFactory())

    page = client.get(copy.preview_url)
    of_region = client.get(f"{series.get_absolute_url()}?version=copy")

    assert ("改过的名称" in words(page), list(page.context["series"])) == (True, [series])
    assert ("改过的名称" in words(of_region), of_region.context["one"]) == (True, series)


def test_a_copy_that_was_published_meanwhile_leaves_its_link_nothing():
    article = ArticleFactory(headline="公开的", column=None)
    copy = life.begin_working_copy(article, StaffFactory())
    copy.headline = "改过的"
    copy.save()
    visitor, token, address = guest(copy), token_for(copy), copy.preview_url

    life.publish(copy, StaffFactory())

    assert visitor.get(address).status_code == 404
    assert visitor.post("/preview/", {"code": token}).status_code == 403
    public = visitor.get(article.get_absolute_url())
    assert ("改过的" in words(public), public.context["preview"]) == (True, None)
