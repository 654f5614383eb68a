import pytest
from django.db import IntegrityError, transaction

from portal.pages.context_processors import site
from portal.pages.models import Hotline, Imprint, MenuItem
from tests.factories import PageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def imprint():
    return Imprint.objects.create(site_name="双城", site_name_en="Shuangcheng")


def test_a_page_without_an_imprint_still_has_a_name(client):
    assert site(None)["site"]["imprint"].name == "双城"
    assert client.get("/").status_code == 200


def test_the_frame_is_read_once_and_anew_after_an_editor_saves(imprint, django_assert_num_queries):
    MenuItem.objects.create(place="header", label="文章", url="/articles/")
    with django_assert_num_queries(5):  # imprint, hotlines, units, licences, menu
        assert [item.label for item in site(None)["site"]["header_menu"]] == ["文章"]
    with django_assert_num_queries(0):
        assert [item.label for item in site(None)["site"]["header_menu"]] == ["文章"]

    MenuItem.objects.get().delete()
    Hotline.objects.create(imprint=imprint, label="新闻热线", number="023-0000")

    frame = site(None)["site"]
    assert (list(frame["header_menu"]), [str(line) for line in frame["hotlines"]]) == ([], ["新闻热线：023-0000"])


def test_there_is_one_imprint(imprint):
    Imprint(site_name="另一个").save()

    assert [one.site_name for one in Imprint.objects.all()] == ["另一个"]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "articles", "ftp://example.org"])
def test_a_menu_leads_to_a_page_or_to_the_web(url):
    with pytest.raises(IntegrityError), transaction.atomic():
        MenuItem.objects.create(place="header", label="x", url=url)


def test_a_draft_page_is_not_there_for_the_public(client):
    live, draft = PageFactory(slug="about"), PageFactory(slug="new", status="draft", published_at=None)

    assert client.get(live.get_absolute_url()).status_code == 200
    assert client.get(draft.get_absolute_url()).status_code == 404
