"""What the tests of the desk do again and again."""

from django.contrib.auth.models import Group, Permission
from django.contrib.messages import get_messages
from django.urls import reverse

from articles.models import Article
from portal.accounts.models import User
from portal.publishing.models import Revision
from portal.roles import make_roles
from tests.factories import (
    ArticleFactory,
)

PAGE_FORM = {"title": "关于我们", "title_en": "", "slug": "about", "body": "<p>双城</p>"}
ARTICLES = "/admin/articles/article/"


def editor_in(*groups, **kwargs):
    user = User.objects.create(username=f"editor{User.objects.count()}", is_staff=True, language="en", **kwargs)
    user.groups.add(make_roles()["编辑"], *groups)
    return user


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def draft(factory=ArticleFactory, **kwargs):
    return factory(status="draft", published_at=None, **kwargs)


def act(client, kind, action, records, **data):
    address = reverse(f"admin:{kind._meta.app_label}_{kind._meta.model_name}_changelist")
    return client.post(address, {"action": action, "_selected_action": [one.pk for one in records], **data})


def shown(client, query="", kind=Article):
    address = reverse(f"admin:{kind._meta.app_label}_{kind._meta.model_name}_changelist")
    return set(client.get(f"{address}?{query}").context["cl"].queryset)


def permissions_of(app):
    return Permission.objects.filter(content_type__app_label=app)


def press(client, record, step, **data):
    """Press the button of a step on the form of ``record``, as it is now."""
    newest = Revision.objects.of(record).values_list("number", flat=True).last() or 0
    address = reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_step", args=[record.pk, step])
    return client.post(address, {"seen": newest, **data})


def member(*roles, **kwargs):
    """Somebody at the desk with these roles (编辑, 审核, 发布 …), who reads mail."""
    number = User.objects.count()
    fields = {"username": f"member{number}", "name": f"同事{number}", "email": f"member{number}@example.org"}
    user = User.objects.create(**{**fields, "is_staff": True, "language": "en", **kwargs})
    made = Group.objects.in_bulk(roles, field_name="name") if roles else {}
    user.groups.add(*((made or make_roles())[role] for role in roles))
    return user
