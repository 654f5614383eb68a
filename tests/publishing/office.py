"""What the tests of the desk do again and again."""

import datetime as dt

import pytest
from axes.models import AccessLog
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.messages import get_messages
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.models import Article
from portal.accounts.models import User
from portal.publishing import life
from portal.publishing.differences import ADDED, REMOVED, SAME
from portal.publishing.life import Refused
from portal.publishing.models import Revision
from portal.publishing.previewing import Grant
from portal.publishing.revisions import revise
from portal.roles import make_roles
from tests.factories import ArticleFactory, ColumnFactory, StaffFactory
from tests.fields import errors_of, fields_of

PAGE_FORM = {"title": "关于我们", "title_en": "", "slug": "about", "body": "<p>双城</p>"}
ARTICLES = "/admin/articles/article/"
LOG = "/admin/log/"
NOON = timezone.make_aware(dt.datetime(2026, 9, 30, 12))


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


# Life


def steps_of(record):
    return list(Revision.objects.of(record).values_list("step", flat=True))


def standing(record):
    return Article.objects.values_list("status", "reviews_passed").get(pk=record.pk)


def submitted(author, levels=1, **kwargs):
    article = draft(created_by=author, column=ColumnFactory(review_levels=levels), **kwargs)
    life.submit(article, author)
    return article


def passed(author, readers, levels=1, **kwargs):
    article = submitted(author, levels, **kwargs)
    for level, reader in enumerate(readers[:levels], 1):
        life.approve(article, reader, level)
    return article


def refuses(step, *args, **kwargs):
    """The sentence with which ``step`` is refused."""
    with pytest.raises(Refused) as refused, transaction.atomic():
        step(*args, **kwargs)
    return str(refused.value)


# Preview


def copy_of(record, factory, **kwargs):
    return factory(status="draft", published_at=None, working_copy_of=record, **kwargs)


def token_for(record, by=None, days=3):
    return Grant.make(record, by or StaffFactory(), days).signed()


def guest(record, by=None, days=3):
    """A stranger who has opened the link of ``record``."""
    client = Client()
    client.post("/preview/", {"code": token_for(record, by, days)})
    return client


def words(response):
    return response.content.decode()


def in_days(days):
    return timezone.now() + dt.timedelta(days=days)


# History


def history_of(record, query=""):
    name = f"admin:{record._meta.app_label}_{record._meta.model_name}_history"
    return reverse(name, args=[record.pk]) + query


def restoring(record, number):
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_restore", args=[record.pk, number])


def changed(record, by=None, note="", **fields):
    """``record`` saved with other values, as its next revision."""
    for name, value in fields.items():
        setattr(record, name, value)
    record.save()
    return revise(record, by, note=note)


# Two versions


def on_one_line(pieces):
    """Pieces on one line: 增长[-11-]{+11.5+}%."""
    marks = {SAME: "{}", REMOVED: "[-{}-]", ADDED: "{{+{}+}}"}
    return "".join(marks[piece.step].format(piece.text) for piece in pieces)


def together(pieces):
    """The two texts that pieces hold."""
    return tuple("".join(piece.text for piece in pieces if piece.step != step) for step in (ADDED, REMOVED))


# Two people in one record


class Editor:
    """Somebody with the form of a record open in a browser."""

    def __init__(self, record, name):
        self.client = Client()
        self.user = StaffFactory(name=name, language="en")
        self.client.force_login(self.user)
        options = record._meta
        self.address = f"/admin/{options.app_label}/{options.model_name}/{record.pk}/change/"
        self.read(self.client.get(self.address))

    def read(self, response):
        """Take over what the form holds, as a browser would send it, and what it says is wrong."""
        page = response.content.decode()
        self.data, self.errors = fields_of(page), errors_of(page)

    def save(self, **typed):
        """Type into fields, save and go on editing. Whether it was saved."""
        self.data |= typed
        response = self.client.post(self.address, {**self.data, "_continue": "1"}, follow=True)
        saved = bool(response.redirect_chain)
        self.read(response)
        return saved


def open_twice(record):
    revise(record, StaffFactory())
    return Editor(record, "林舟"), Editor(record, "周远")


# The log


def at(minutes):
    return NOON + dt.timedelta(minutes=minutes)


def revised(record, by, when=NOON, **kwargs):
    number = Revision.objects.of(record).count() + 1
    return Revision.objects.create(
        content_type=ContentType.objects.get_for_model(record),
        object_id=record.pk,
        title=str(record),
        number=number,
        snapshot={},
        made_by=by,
        made_at=when,
        **kwargs,
    )


def entered(record, by, when=NOON, flag=CHANGE, message=""):
    return LogEntry.objects.create(
        user=by,
        content_type=ContentType.objects.get_for_model(record),
        object_id=str(record.pk),
        object_repr=str(record),
        action_flag=flag,
        change_message=message,
        action_time=when,
    )


def told(client, query="", *names):
    """The given facts of each line that the page shows."""
    rows = client.get(f"{LOG}?{query}").context["rows"]
    return [tuple(row[name] for name in names) if len(names) > 1 else row[names[0]] for row in rows]


def login(client, user):
    """Log in, and leave no line of it."""
    client.force_login(user)
    AccessLog.objects.all().delete()
