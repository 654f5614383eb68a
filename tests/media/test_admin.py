"""Pictures and documents in the admin: uploaded, found again, chosen, and closed where their records are."""

import io

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.media.models import Asset, Document, Image
from portal.publishing.models import Status, TrashedRecord
from tests.factories import (
    ColumnFactory,
    DocumentFactory,
    ImageFactory,
    PageFactory,
    StaffFactory,
    UserFactory,
    picture_bytes,
)

pytestmark = pytest.mark.django_db

UPLOAD = "/admin/media/image/upload/"


def figure(image):
    return f'<figure><img src="{image.url("w960")}" alt=""></figure>'


def member(*permissions):
    user = UserFactory(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user


def picture(name="江景.png"):
    return SimpleUploadedFile(name, picture_bytes(size=(1920, 1080)))


def test_the_editor_uploads_a_picture_and_is_told_what_to_insert(client):
    client.force_login(member("add_image"))

    response = client.post(UPLOAD, {"file": picture(), "alt": "两江交汇", "caption": "摄于2023年"})

    image = Image.objects.get()
    assert response.json() == {
        "id": image.pk,
        "url": f"/media/{image.pk}/w960/",
        "thumb": f"/media/{image.pk}/thumb/",
        "width": 960,
        "height": 540,
        "title": "江景",
        "alt": "两江交汇",
        "caption": "摄于2023年",
    }
    assert (image.alt, image.caption) == ("两江交汇", "摄于2023年")


def test_the_same_picture_again_keeps_its_own_words_and_uses_those_of_the_dialog(client):
    client.force_login(member("add_image"))
    client.post(UPLOAD, {"file": picture(), "alt": "两江交汇", "caption": "摄于2023年"})

    again = client.post(UPLOAD, {"file": picture(), "alt": "夜景", "caption": ""}).json()

    assert (again["alt"], again["caption"]) == ("夜景", "摄于2023年")
    assert Image.objects.get().alt == "两江交汇"


def test_who_has_a_file_of_a_closed_draft_is_not_told_what_is_said_about_it(client):
    closed = ColumnFactory()
    closed.editors.add(Group.objects.create(name="others"))
    author = StaffFactory()
    client.force_login(author)
    client.post(UPLOAD, {"file": picture(), "alt": "保密的签约", "caption": "保密"})
    PageFactory(body=figure(Image.objects.get()), status=Status.DRAFT, column=closed)
    form = {"title": "", "alt": "", "caption": "", "credit": ""}
    client.force_login(member("add_image", "view_image", "change_image", "view_page"))

    dialog = client.post(UPLOAD, {"file": picture(), "alt": "", "caption": ""})
    page = client.post("/admin/media/image/add/", {**form, "file": picture()})

    said = "这个文件属于不对您开放的内容，请另选一个。"
    assert (dialog.status_code, dialog.json()) == (400, {"error": said})
    assert page.context["adminform"].form.errors == {"file": [said]}
    assert "保密" not in page.content.decode() + dialog.content.decode()
    client.force_login(author)
    assert client.post(UPLOAD, {"file": picture(), "alt": "", "caption": ""}).json()["caption"] == "保密"


def test_a_refused_picture_comes_back_with_one_sentence(client):
    client.force_login(member("add_image"))

    response = client.post(UPLOAD, {"file": SimpleUploadedFile("logo.svg", b"<svg/>")})

    assert response.status_code == 400
    assert list(response.json()) == ["error"]
    assert Asset.objects.count() == 0


def test_uploading_needs_the_permission_a_token_and_post(client):
    assert client.post(UPLOAD, {"file": picture()}).status_code == 302  # to the login
    client.force_login(member("view_image"))
    response = client.post(UPLOAD, {"file": picture()})
    assert (response.status_code, list(response.json())) == (403, ["error"])
    assert client.get(UPLOAD).status_code == 405

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(member("add_image"))
    assert strict.post(UPLOAD, {"file": picture()}).status_code == 403
    assert Asset.objects.count() == 0


def test_the_dialog_offers_the_newest_open_pictures_and_searches_them(client):
    closed = ColumnFactory()
    closed.editors.add(Group.objects.create(name="others"))
    first, second, hidden = (ImageFactory(title=title) for title in ("江景", "山城", "江上"))
    PageFactory(body=figure(hidden), status=Status.DRAFT, column=closed)
    client.force_login(member("view_image", "view_page"))

    def found(query):
        return [row["id"] for row in client.get("/admin/media/image/recent/", query).json()["results"]]

    assert found({}) == [second.pk, first.pk]
    assert found({"q": "山"}) == [second.pk]
    client.force_login(member("view_page"))
    assert found({}) == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_pictures_costs_the_same_for_any_number(client, count, django_assert_num_queries):
    for image in ImageFactory.create_batch(count):
        PageFactory(body=figure(image))
    client.force_login(StaffFactory())

    # session, user, open columns, count, date hierarchy (2), pictures with their uses; imprint (2), menu until cached
    with django_assert_num_queries(10):
        response = client.get("/admin/media/image/")

    assert len(response.context["cl"].result_list) == count


def test_a_picture_is_added_in_the_admin_and_a_second_time_found_again(client):
    chief = StaffFactory()
    client.force_login(chief)
    address = "/admin/media/image/add/"
    assert client.get(address).status_code == 200

    client.post(address, {"file": picture(), "title": "江景", "alt": "两江交汇", "caption": "", "credit": ""})
    image = Image.objects.get()
    assert (image.uploaded_by, image.title) == (chief, "江景")

    again = client.post(
        address, {"file": picture("另一张.png"), "title": "另一张", "alt": "", "caption": "", "credit": ""}, follow=True
    )
    assert again.redirect_chain == [(f"/admin/media/image/{image.pk}/change/", 302)]
    assert Image.objects.get().title == "江景"
    assert len(again.context["messages"]) >= 1


def test_a_document_is_added_in_the_admin(client):
    client.force_login(StaffFactory())

    client.post(
        "/admin/media/document/add/",
        {"file": SimpleUploadedFile("协议.pdf", b"%PDF-1.4"), "title": "", "caption": "", "credit": ""},
    )

    assert Document.objects.get().title == "协议"


def test_the_page_of_a_picture_lists_where_it_is_used(client):
    image = ImageFactory()
    page = PageFactory(body=figure(image), title="关于本站")
    client.force_login(StaffFactory())

    response = client.get(f"/admin/media/image/{image.pk}/change/")

    assert "关于本站" in response.content.decode()
    assert f'src="/media/{image.pk}/w480/"' in response.content.decode()
    assert client.get(f"/admin/media/document/{image.pk}/change/").status_code == 302
    assert str(page) == "关于本站"


def test_the_title_of_a_record_that_is_closed_to_the_user_is_not_told(client):
    closed = ColumnFactory()
    closed.editors.add(Group.objects.create(name="others"))
    image = ImageFactory()
    PageFactory(body=figure(image), title="公开")
    PageFactory(body=figure(image), title="秘密", status=Status.DRAFT, column=closed)
    client.force_login(member("view_image", "view_page", "delete_image"))

    for address in ("change", "delete"):
        shown = client.get(f"/admin/media/image/{image.pk}/{address}/").content.decode()
        assert ("公开" in shown, "秘密" in shown) == (True, False)


def test_what_is_used_is_not_deleted_and_the_page_says_by_what(client):
    image = ImageFactory()
    page = PageFactory(body=figure(image), title="关于本站")
    client.force_login(StaffFactory())
    one, many = f"/admin/media/image/{image.pk}/delete/", "/admin/media/image/"
    selected = {"action": "delete_selected", "_selected_action": [image.pk]}

    assert "关于本站" in client.get(one).content.decode()
    assert "关于本站" in client.post(many, selected).content.decode()
    client.post(one, {"post": "yes"})
    client.post(many, selected | {"post": "yes"})
    assert Image.objects.count() == 1

    page.delete()
    client.post(many, selected | {"post": "yes"})
    assert Image.objects.count() == 0


def test_a_deleted_picture_is_brought_back_with_its_file(client):
    image = ImageFactory(title="江景")
    client.force_login(StaffFactory())
    client.post(f"/admin/media/image/{image.pk}/delete/", {"post": "yes"})
    assert Image.objects.count() == 0

    client.post(f"/admin/publishing/trashedrecord/{TrashedRecord.objects.get().pk}/restore/")

    assert (Image.objects.get().pk, Image.objects.get().title) == (image.pk, "江景")
    assert client.get(image.url("thumb")).status_code == 200


def test_a_file_in_a_closed_draft_cannot_be_chosen_by_typing_its_number(client):
    closed = ColumnFactory()
    closed.editors.add(Group.objects.create(name="others"))
    image = ImageFactory(title="秘密")
    PageFactory(body=figure(image), status=Status.DRAFT, column=closed)
    client.force_login(member("view_image", "view_page", "add_article", "view_article"))

    response = client.post("/admin/articles/article/add/", {"image": image.pk})

    assert "image" in response.context["adminform"].form.errors


def test_relations_to_pictures_complete_by_title(client):
    ImageFactory(title="山城")
    image = ImageFactory(title="江景区")
    client.force_login(StaffFactory())

    response = client.get(
        "/admin/autocomplete/",
        {"app_label": "articles", "model_name": "article", "field_name": "image", "term": "江景区"},
    )

    assert [row["id"] for row in response.json()["results"]] == [str(image.pk)]


def test_the_import_map_of_the_editor_carries_the_nonce_of_the_page(client):
    client.force_login(StaffFactory())

    response = client.get("/admin/pages/page/add/")

    policy = response["Content-Security-Policy"]
    nonce = policy.partition("'nonce-")[2].partition("'")[0]
    content = response.content.decode()
    assert len(nonce) > 16
    assert f'nonce="{nonce}"' in content[content.index("importmap") - 60 :][:160]
    assert "unsafe-inline" not in policy


def test_documents_have_no_editor_upload(client):
    DocumentFactory()
    client.force_login(StaffFactory())

    assert client.post("/admin/media/document/upload/", {"file": io.BytesIO(b"x")}).status_code in {302, 404}


@pytest.mark.parametrize("lies", ["in a closed column", "nowhere"])
def test_a_text_takes_up_no_file_that_its_editor_may_not_open(client, lies):
    closed = ColumnFactory()
    closed.editors.add(Group.objects.create(name="others"))
    mine, secret = ImageFactory(), ImageFactory()
    PageFactory(body=figure(secret), status=Status.DRAFT, column=closed)
    address = secret.url("w960") if lies == "in a closed column" else "/media/4711/w960/"
    client.force_login(member("add_page", "view_page", "view_image"))
    form = {"title": "关于", "slug": "about", "body": figure(mine), "_save": "1"}

    refused = client.post("/admin/pages/page/add/", form | {"body": f'<figure><img src="{address}" alt=""></figure>'})

    assert list(refused.context["adminform"].form.errors) == ["body"]
    assert client.post("/admin/pages/page/add/", form).status_code == 302
    assert mine.uses.count() == 1


def test_a_pasted_page_takes_up_no_closed_file_either(client):
    closed = ColumnFactory()
    closed.editors.add(Group.objects.create(name="others"))
    secret = ImageFactory()
    PageFactory(body=figure(secret), status=Status.DRAFT, column=closed)
    client.force_login(member("add_article", "view_article", "view_image"))
    rows = {f"citations-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS")}

    refused = client.post(
        "/admin/articles/article/add/", rows | {"paste": f"<h1>标题</h1><p>正文</p>{figure(secret)}", "_save": "1"}
    )

    assert list(refused.context["adminform"].form.errors) == ["body"]


def test_a_text_that_shows_a_closed_file_already_can_still_be_saved(client):
    closed = ColumnFactory()
    closed.editors.add(Group.objects.create(name="others"))
    secret = ImageFactory()
    PageFactory(body=figure(secret), status=Status.DRAFT, column=closed)
    page = PageFactory(slug="about", body="<p>旧</p>", status=Status.DRAFT, published_at=None)
    type(page).objects.filter(pk=page.pk).update(body=figure(secret))
    client.force_login(member("change_page", "view_page"))

    form = {"title": "新标题", "slug": "about", "body": figure(secret), "_save": "1"}

    assert client.post(f"/admin/pages/page/{page.pk}/change/", form).status_code == 302
