"""Every kind of public page by the rules of axe-core, in the light and in the dark, on a desk and on a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from agreements.models import Agreement
from articles.models import Article, Citation
from portal.pages.models import Page
from portal.publishing import life
from portal.vocabulary.models import Column, Organization, Topic
from tests.factories import StaffFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def page_kinds():
    """An address of each kind of public page of the demo, full ones by preference."""
    cited = Citation.objects.exclude(agreement=None).first().article
    gone, outdated = Article.objects.exclude(pk=cited.pk).order_by("pk")[:2]
    life.withdraw(gone, StaffFactory(), "in_error")
    life.withdraw(outdated, StaffFactory(), "outdated", cited.get_absolute_url())
    return {
        "home": "/",
        "articles": "/articles/",
        "filtered": "/articles/?region=500000&region=510000&topic=private-economy",
        "nothing": "/articles/?region=500000&year=1999",
        "wrong": "/articles/?region=nowhere&year=x",
        "column": Column.objects.get(slug="twin-cities").get_absolute_url(),
        "article": cited.get_absolute_url(),
        "gone": gone.get_absolute_url(),
        "outdated": outdated.get_absolute_url(),
        "figures": "/stats/",
        "indicator": "/stats/gdp/",
        "growth": "/stats/gdp/?view=growth",
        "shares": "/stats/gdp/?view=share&of=CY&region=500000&region=510000",
        "map": "/stats/gdp/?shape=map&region=500000",
        "compare": "/stats/compare/?indicator=gdp&indicator=private-economy-value-added",
        "chooser": "/stats/compare/",
        "series": "/stats/gdp/500000/",
        "bounds": "/stats/private-economy-value-added/",
        "agreements": "/agreements/?page=2",
        "agreement": Agreement.objects.filter(amounts__isnull=False, milestones__isnull=False)[0].get_absolute_url(),
        "region": "/regions/500000/",
        "former": "/regions/500105-2025/",
        "group": "/regions/CYEC/",
        "topic": Topic.objects.get(slug="private-economy").get_absolute_url(),
        "organization": Organization.objects.get(name="国家统计局").get_absolute_url(),
        "search": "/search/?q=川渝",
        "hits": "/search/?q=重庆&kind=agreement&year=2020",
        "not found": "/search/?q=月球",
        "page": Page.objects.first().get_absolute_url(),
        "feeds": "/feeds/",
        "feedback": "/feedback/",
        "preview": "/preview/",
        "lost": "/nowhere/",
    }


#: What holds is not told: it is most of the answer.
OPTIONS = {"resultTypes": ["violations"], "preload": False}


# Colours are the same at every width, and only they differ in the dark.
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_no_page_breaks_a_rule(own_demo, new_page, width, scheme):
    page, broken = new_page(width=width, color_scheme=scheme), {}
    for kind, address in page_kinds().items():
        assert page.goto(address).status == {"gone": 410, "lost": 404}.get(kind, 200), kind
        # Everything that can be unfolded is looked at too.
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
        for violation in Axe().run(page, options=OPTIONS).response["violations"]:
            for node in violation["nodes"]:
                broken.setdefault((kind, violation["id"]), []).append(node["html"][:160])

    assert broken == {}
