"""The site's own words in the admin."""

import pytest

from portal.pages.models import Imprint, MenuItem
from portal.publishing.models import TrashedRecord
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db

ROWS = {
    f"{name}-{kind}_FORMS": "0"
    for name in ("hotlines", "responsibilities", "licences")
    for kind in ("TOTAL", "INITIAL")
}


@pytest.fixture
def chief(client):
    user = StaffFactory(language="en")
    client.force_login(user)
    return user


def test_list_of_the_imprint_leads_to_its_one_form(client, chief):
    assert client.get("/admin/pages/imprint/").url == "/admin/pages/imprint/add/"

    rows = {**ROWS, "hotlines-TOTAL_FORMS": "1"}
    hotline = {"hotlines-0-label": "新闻热线", "hotlines-0-number": "000-00000000", "hotlines-0-position": "0"}
    client.post("/admin/pages/imprint/add/", {"site_name": "双城", "position": "0", **rows, **hotline, "_save": "1"})

    imprint = Imprint.objects.get()
    assert imprint.hotlines.get().number == "000-00000000"
    assert client.get("/admin/pages/imprint/").url == f"/admin/pages/imprint/{imprint.pk}/change/"
    assert client.get("/admin/pages/imprint/add/").status_code == 403
    assert client.get(f"/admin/pages/imprint/{imprint.pk}/delete/").status_code == 403


def test_imprint_is_for_those_who_may(client):
    client.force_login(StaffFactory(is_superuser=False))

    assert client.get("/admin/pages/imprint/").status_code == 403


def menu(*items):
    data = {"form-TOTAL_FORMS": str(len(items)), "form-INITIAL_FORMS": str(len(items)), "_save": "1"}
    for number, (item, url) in enumerate(items):
        row = {"id": item.pk, "place": "header", "position": str(number), "url": url, "label_en": ""}
        data |= {f"form-{number}-{name}": value for name, value in row.items()}
    return data


def test_menu_is_edited_in_its_list_and_the_next_page_shows_it(client, chief):
    item = MenuItem.objects.create(place="header", label="协议", url="/agreements/")
    assert 'href="/agreements/"' in client.get("/articles/").content.decode()

    client.post("/admin/pages/menuitem/", menu((item, "/agreements/?region=500000")))

    assert 'href="/agreements/?region=500000"' in client.get("/articles/").content.decode()


@pytest.mark.parametrize("url", ["javascript:alert(1)", "agreements/", "ftp://x/", ""])
def test_menu_leads_to_addresses_only(client, chief, url):
    item = MenuItem.objects.create(place="header", label="协议", url="/agreements/")

    assert client.post("/admin/pages/menuitem/", menu((item, url))).status_code == 200
    item.refresh_from_db()
    assert item.url == "/agreements/"


def test_deleted_menu_item_lies_in_the_bin_and_comes_back(client, chief):
    item = MenuItem.objects.create(place="header", label="协议", url="/agreements/")
    client.post(f"/admin/pages/menuitem/{item.pk}/delete/", {"post": "yes"})
    trashed = TrashedRecord.objects.get()

    client.post(f"/admin/publishing/trashedrecord/{trashed.pk}/restore/")

    assert MenuItem.objects.get() == item
