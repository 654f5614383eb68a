"""The demo loads whole, and a second time changes nothing."""

import datetime as dt
from collections import Counter
from decimal import Decimal

import pytest
from django.apps import apps
from django.core.management import call_command

from agreements.models import Agreement
from articles.models import Article
from portal.accounts.models import User
from portal.publishing.comparing import compare
from portal.publishing.models import Correction, Revision
from portal.roles import ROLES
from portal.vocabulary.models import Region
from stats.models import Indicator, Observation

# One worker loads the demo, once.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demo")]


def rows():
    return {model._meta.label: model._base_manager.count() for model in apps.get_models() if model._meta.managed}


def test_a_second_load_changes_nothing(settings, capsys):
    settings.DEBUG = True
    call_command("load_demo")
    first, said = rows(), capsys.readouterr().out

    call_command("load_demo")

    assert rows() == first
    members = User.objects.values_list("username", "groups__name")
    assert [(name, role) for name, role in members if f"shuangcheng-{name} " in said] == list(members)
    assert Counter(role for _name, role in members) == {role: 3 if role == "审核" else 1 for role in ROLES}
    assert first["articles.Article"] >= 8
    assert Indicator.objects.listed().count() >= 12
    assert Agreement.objects.listed().count() >= 26
    assert Article.objects.listed().count() == first["articles.Article"]


def test_the_demo_has_an_article_that_was_corrected(settings, client):
    settings.DEBUG = True
    call_command("load_demo")

    correction = Correction.objects.public().get()
    article = correction.record
    first, second = Revision.objects.of(article)
    page, ledger, feed = (
        client.get(address).content.decode()
        for address in (article.get_absolute_url(), "/corrections/", "/corrections/?format=atom")
    )

    assert (correction.number, str(correction.published_by)) == (1, "沈嘉")
    (changed,) = compare(first.snapshot, second.snapshot)
    assert (changed.name, changed.characters) == ("body", 2)
    assert [(one.step, one.made_at) for one in (first, second)] == [
        ("published", article.published_at),
        ("published", correction.published_at),
    ]
    assert [correction.right in text for text in (page, ledger, feed)] == [True, True, True]
    assert "2026-02-12" in page.partition('id="edit-history"')[2]
    assert second.note in page


def test_without_debug_no_account_is_made(settings, demo):
    assert settings.DEBUG is False
    assert User.objects.count() == 0


def test_the_demo_tells_the_vintages_and_the_bounds(demo):
    gdp = Observation.objects.filter(
        series__indicator__slug="gdp", series__region__code="500000", series__is_default=True, time_period="2017"
    )

    vintages = {
        day: gdp.as_of(dt.date.fromisoformat(day)).get().mantissa for day in ("2019-06-30", "2022-12-31", "2026-10-01")
    }

    assert vintages == {
        "2019-06-30": Decimal("19424.73"),
        "2022-12-31": Decimal("20066.3"),
        "2026-10-01": Decimal("20260.8"),
    }
    printed = set(Observation.objects.exclude(qualifier="exact").values_list("printed", flat=True))
    assert {"接近1000万人", "突破3万亿元", "80%以上"} <= printed


def test_every_citation_of_the_demo_stands_in_its_article(demo):
    for article in Article.objects.prefetch_related("citations"):
        said = "\n".join(article.search_document().texts)
        assert [citation.exact for citation in article.citations.all() if citation.exact not in said] == []


def test_the_regions_of_the_demo_lead_to_those_that_ended(client, demo):
    assert client.get("/regions/500105/").status_code == 404
    assert client.get("/regions/500105-2025/").status_code == 200
    assert Region.objects.within(Region.objects.current().get(code="CYEC")).filter(code="500153").exists()


def test_a_second_load_leaves_an_editors_copies_alone(demo):
    for record in (Article.objects.first(), Agreement.objects.first()):
        record.pk, record._state.adding, record.status = None, True, "draft"
        record.save()
    first = rows()

    call_command("load_demo")

    assert rows() == first
