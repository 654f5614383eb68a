import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("text/plain; charset=unicode_escape", 400),
        ("text/plain; charset=utf-16", 400),
        ("text/plain; charset=UTF-8", 200),
        ("text/plain; charset=no-such", 400),
        ("", 200),
    ],
)
def test_a_request_is_written_in_utf8(client, content_type, status):
    assert client.get("/articles/?q=%5Cud800", headers={"content-type": content_type}).status_code == status
