"""What every answer carries, of whatever kind: exact headers, nothing inline, on failures and static files too."""

import contextlib

import pytest
from django.conf import settings as portal_settings
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, path, reverse

from portal import urls
from tests.browser.test_accessibility import page_kinds
from tests.factories import ArticleFactory, ImageFactory, StaffFactory

pytestmark = pytest.mark.django_db

POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
ADMIN_POLICY = POLICY | {"img-src": "'self' data: blob:"}
HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


@pytest.fixture(autouse=True)
def production(settings):
    """What portal/settings.py sets without PORTAL_DEBUG."""
    settings.SECURE_HSTS_SECONDS = 365 * 24 * 3600
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    settings.SECURE_SSL_REDIRECT = True
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True


@pytest.fixture
def reader():
    """A reader's browser, on TLS; a failure of a page is an answer, not an exception."""
    return Client(raise_request_exception=False, headers={"host": "testserver"})


def policy_of(response):
    """The content security policy by directive."""
    pairs = (part.partition(" ") for part in response["Content-Security-Policy"].split("; "))
    return {name: sources for name, _blank, sources in pairs}


def headers_of(response):
    return {name: response.headers.get(name) for name in HEADERS}


def wrong_headers(responses, policy=POLICY):
    """By name of a response: what differs from the headers that it should have."""
    wrong = {}
    for name, response in responses.items():
        found = headers_of(response) | {"policy": policy_of(response)}
        wanted = HEADERS | {"policy": policy}
        if differing := {key: found[key] for key in found if found[key] != wanted[key]}:
            wrong[name] = (response.status_code, differing)
    return wrong


def addresses_without_arguments():
    """By name: every address of the URLconf outside the admin that needs no argument, of pages to come too."""
    names = [name for name in get_resolver().reverse_dict if isinstance(name, str)]
    found = {}
    for name in names:
        with contextlib.suppress(NoReverseMatch):
            found[name] = reverse(name)
    return {name: address for name, address in found.items() if not address.startswith(reverse("admin:index"))}


def test_every_kind_of_public_page_has_exactly_these_headers(reader, demo):
    addresses = addresses_without_arguments() | page_kinds()
    addresses |= {f"articles.{kind}": f"/articles/?format={kind}" for kind in ("csv", "xlsx", "json", "atom")}
    responses = {name: reader.get(address, secure=True) for name, address in addresses.items()}

    assert {name for name, response in responses.items() if response.status_code >= 400} == {"gone", "lost"}
    # What is not for everybody's eyes tells no other site its address.
    assert wrong_headers(responses) == {
        "gone": (410, {"Referrer-Policy": "no-referrer"}),
        "outdated": (200, {"Referrer-Policy": "no-referrer"}),
        "preview": (200, {"Referrer-Policy": "same-origin"}),
    }
    assert {name for name, response in responses.items() if response.cookies} == {"feedback", "preview"}  # their forms


def test_a_file_runs_nothing_and_is_told_apart_by_its_type_alone(reader):
    image = ImageFactory()
    ArticleFactory(image=image)
    response = reader.get(f"/media/{image.pk}/original/", secure=True)

    assert response.status_code == 200
    own = policy_of(response)
    assert wrong_headers({"file": response}, own) == {}
    assert (own["default-src"], "sandbox" in own, "script-src" in own) == ("'none'", True, False)


def broken(request):
    raise RuntimeError("a fault of ours")


class WithFault:
    """The portal's addresses and one that fails."""

    urlpatterns = [*urls.urlpatterns, path("broken/", broken)]
    handler400, handler403, handler404, handler500 = (
        urls.handler400, urls.handler403, urls.handler404, urls.handler500
    )  # fmt: skip


def test_no_failure_lacks_a_header(reader, settings, demo):
    settings.ROOT_URLCONF = WithFault
    guest = Client(enforce_csrf_checks=True, raise_request_exception=False)
    responses = {
        301: reader.get("/articles/"),  # to https; HSTS is for TLS alone
        400: reader.get("/articles/", secure=True, headers={"content-type": "text/plain; charset=utf-16"}),
        403: guest.post("/feedback/", {}, secure=True),
        404: reader.get("/nowhere/", secure=True),
        405: reader.post("/media/1/original/", secure=True),
        500: reader.get("/broken/", secure=True),
    }
    assert {status: response.status_code for status, response in responses.items()} == {
        code: code for code in responses
    }
    assert wrong_headers({301: responses.pop(301)}) == {301: (301, {"Strict-Transport-Security": None})}
    assert wrong_headers(responses) == {}


def test_a_host_that_is_not_ours_gets_the_headers_with_its_refusal(reader):
    response = reader.get("/", secure=True, headers={"host": "evil.example"})

    assert response.status_code == 400
    assert wrong_headers({"host": response}) == {}


def test_the_login_and_its_lock_have_the_admins_policy(reader):
    login = {"username": "linzhou", "password": "wrong"}
    responses = {"form": reader.get("/admin/login/", secure=True)}
    responses |= {number: reader.post("/admin/login/", login, secure=True) for number in range(1, 7)}

    assert [response.status_code for response in responses.values()] == [200] * 6 + [429]
    assert wrong_headers(responses, ADMIN_POLICY) == {}


def test_a_nonce_is_given_only_where_the_editor_asks_for_it(reader):
    reader.force_login(StaffFactory())
    editor = reader.get("/admin/articles/article/add/", secure=True)
    desk = reader.get("/admin/", secure=True)

    assert wrong_headers({"desk": desk}, ADMIN_POLICY) == {}
    script, nonce = policy_of(editor)["script-src"].split(" ")
    assert (script, nonce.startswith("'nonce-")) == ("'self'", True)
    assert wrong_headers({"editor": editor}, ADMIN_POLICY | {"script-src": f"'self' {nonce}"}) == {}


def test_nothing_inline_is_allowed_anywhere():
    policies = [portal_settings.CONTENT_SECURITY_POLICY["DIRECTIVES"], ADMIN_POLICY]

    assert not any("unsafe" in str(policy) for policy in policies)


def test_static_files_have_the_headers_too(reader, settings, tmp_path):
    (tmp_path / "base.css").write_text("body { color: #000 }")
    settings.STATIC_ROOT = tmp_path
    response = reader.get("/static/base.css", secure=True)

    assert (response.status_code, response["Content-Type"]) == (200, 'text/css; charset="utf-8"')
    assert "Access-Control-Allow-Origin" not in response
    assert wrong_headers({"static": response}) == {}


def test_cookies_are_for_this_site_over_tls_and_for_no_script(reader):
    user = StaffFactory()
    user.set_password("jiangbei-zui-2026")
    user.save()
    reader.get("/admin/login/", secure=True)
    login = {"username": user.username, "password": "jiangbei-zui-2026"}
    response = reader.post("/admin/login/?next=/admin/", login, secure=True)

    marks = {
        name: (cookie["secure"], cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"])
        for name, cookie in response.cookies.items()
    }
    assert marks == dict.fromkeys(["csrftoken", "sessionid"], (True, True, "Lax", "/", ""))
