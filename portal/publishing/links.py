"""Links from a text into this site: written down when the record is saved, so that dead ones are a to-do.

What stands at an address is found by the resolver and by the page itself. Whether readers may open it is the gate's
answer of the moment: a target that is withdrawn, goes offline or is deleted later makes the link dead, a scheduled one
that comes out makes it live, and no job has to run.
"""

from urllib.parse import unquote, urljoin, urlsplit

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Case, Exists, OuterRef, Value, When
from django.http import Http404, HttpRequest
from django.http.request import split_domain_port, validate_host
from django.urls import resolve
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic.detail import SingleObjectMixin

from . import markup
from .richtext import RichTextField
from .tags import MEDIA_ADDRESS

__all__ = ["Link", "Linking", "has_texts", "told_dead", "with_dead_links"]

#: As many dead links as one message names.
TOLD = 10
#: Characters of an address.
LONGEST = 2000


class LinkQuerySet(models.QuerySet):
    def dead(self, at=None):
        """Links that lead readers nowhere at this moment."""
        return self.annotate(is_alive=_is_alive(at)).filter(is_alive=False)


class Link(models.Model):
    """``text`` in the field ``where`` of ``record`` leads to ``path``, an address of this site.

    ``target`` is the record at that address, public or not; none where a page stands on no record, such as a list, and
    where the address leads to nothing (``leads_somewhere`` tells which).
    """

    content_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    object_id = models.PositiveBigIntegerField()
    record = GenericForeignKey("content_type", "object_id")
    where = models.CharField(gettext_lazy("where"), max_length=60)
    path = models.CharField(gettext_lazy("address"), max_length=LONGEST)
    text = models.CharField(pgettext_lazy("link", "words"), max_length=200, blank=True)
    leads_somewhere = models.BooleanField()
    target_type = models.ForeignKey(ContentType, models.CASCADE, null=True, related_name="+")
    target_id = models.PositiveBigIntegerField(null=True)
    target = GenericForeignKey("target_type", "target_id")

    objects = LinkQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("link")
        verbose_name_plural = gettext_lazy("links")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["content_type", "object_id"], name="publishing_link_record"),
            models.Index(fields=["target_type", "target_id"], name="publishing_link_target"),
        ]

    def __str__(self):
        return self.path


class Linking(models.Model):
    """A record whose texts may link to other pages of this site. Its links go with it when it is deleted.

    Whoever changes a text by ``update`` or ``bulk_create`` calls ``refresh_links()``.
    """

    links_within = GenericRelation(Link)

    class Meta:
        abstract = True

    @transaction.atomic(savepoint=False)
    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        self.refresh_links()
        if self.working_copy_of_id is None:
            self._take_in_links()

    def refresh_links(self):
        """Write down anew where the links of this record lead."""
        if not has_texts(type(self)):
            return
        wanted = list(self._found_links())
        kind = ContentType.objects.get_for_model(self)
        targets = {path: _target(path) for _where, path, _text in wanted}
        self.links_within.all().delete()
        Link.objects.bulk_create(
            Link(content_type=kind, object_id=self.pk, where=where, path=path, text=text, **targets[path])
            for where, path, text in wanted
        )

    def _take_in_links(self):
        """Links of others lead to this record where they name the address that it has now, and no more where they do
        not: it may be younger than they are, or have moved.
        """
        kind, address = ContentType.objects.get_for_model(self), self.get_absolute_url()
        to_it = Link.objects.filter(target_type=kind, target_id=self.pk)
        to_it.exclude(path__startswith=address.rstrip("/")).update(
            target_type=None, target_id=None, leads_somewhere=False
        )
        lost = Link.objects.filter(leads_somewhere=False, path__in=[address, address.rstrip("/")])
        lost.update(target_type=kind, target_id=self.pk, leads_somewhere=True)

    def _found_links(self):
        address = self.get_absolute_url()
        for field in _texts(type(self)):
            for path, text in dict.fromkeys(_links(getattr(self, field.attname) or "", address)):
                yield field.name, path, text


def has_texts(model):
    """Whether records of this kind have rich text, and so may have links."""
    return bool(_texts(model))


def with_dead_links(records):
    """Those of ``records`` whose text leads readers nowhere; what is withdrawn is read by nobody."""
    own = {
        "content_type__app_label": records.model._meta.app_label,
        "content_type__model": records.model._meta.model_name,
    }
    dead = Link.objects.dead().filter(object_id=OuterRef("pk"), **own)
    return records.exclude(status="withdrawn").filter(Exists(dead))


def told_dead(record):
    """For the editor who has saved ``record``: one sentence that names its dead links, in a list; or an empty one."""
    if not has_texts(type(record)):
        return []
    dead = list(record.links_within.dead()[: TOLD + 1])
    named = [f"“{link.text}” {link.path}" if link.text else link.path for link in dead[:TOLD]]
    if not named:
        return []
    said = _("These links lead readers nowhere, or to what is not public: %s") % _("; ").join(named)
    return [said + ("…" if len(dead) > TOLD else "")]


def _texts(model):
    return [field for field in model._meta.concrete_fields if isinstance(field, RichTextField)]


# Reading a text ------------------------------------------------------------------------------------------------------


def _links(html, address):
    """Pairs (path, words) of the links in ``html``, which stands at ``address``, that lead into this site."""
    path, words = None, []
    for token in markup.read(html) if "<a " in html else ():
        if isinstance(token, str):
            words.append(token)
        elif token.name == "a":
            if path:
                yield path, " ".join("".join(words).split())[:200]
            path, words = None if token.closing else _path_within(token.attributes().get("href", ""), address), []


def _path_within(href, address):
    """The path to which ``href`` leads within this site, else None.

    Left out: places within the page, files of the media, which cannot be deleted while they are used, and static files,
    which the application does not serve.
    """
    try:
        parts = urlsplit(urljoin(address, href.strip()))
    except ValueError:  # no address: http://[
        return None
    host = split_domain_port(parts.netloc)[0]
    ours = parts.scheme in {"", "http", "https"} and (
        not parts.netloc or (host and validate_host(host, settings.ALLOWED_HOSTS))
    )
    path = parts.path or "/"
    if not ours or href.startswith("#") or not path.startswith("/"):
        return None
    if MEDIA_ADDRESS.match(path) or path.startswith(settings.STATIC_URL):
        return None
    return path[:LONGEST]


# Following a link ----------------------------------------------------------------------------------------------------


def _target(path):
    """What a Link says about where ``path`` leads."""
    try:
        record = _record_at(path)
    except Http404:
        return {"leads_somewhere": False}
    if record is None:
        return {"leads_somewhere": True}
    kind = ContentType.objects.get_for_model(record)
    return {"leads_somewhere": True, "target_type": kind, "target_id": record.pk}


def _record_at(path):
    """The record whose page ``path`` is, public or not; None for a page without one. Raises Http404."""
    match = _resolved(unquote(path))
    if "admin" in match.namespaces:  # readers are sent to a login
        raise Http404
    kind_of_page = getattr(match.func, "view_class", None)
    if kind_of_page is None:
        return None
    page = kind_of_page(**match.func.view_initkwargs)
    page.setup(_reader(path), *match.args, **match.kwargs)
    if isinstance(page, SingleObjectMixin):
        return page.addressed() if hasattr(page, "addressed") else page.get_object()
    if hasattr(page, "get_queryset"):
        page.get_queryset()  # the list of a column looks for its column here
    return None


def _resolved(path):
    try:
        return resolve(path)
    except Http404:
        if path.endswith("/") or not settings.APPEND_SLASH:
            raise
        return resolve(f"{path}/")


def _reader(path):
    """The request of somebody who is not logged in."""
    request = HttpRequest()
    request.method, request.path, request.path_info = "GET", path, path
    request.user = AnonymousUser()
    return request


def _is_alive(at):
    """Whether a link leads readers somewhere, as a column: its target is listed, or, of a kind without a life, there.

    One subquery for each kind that has pages, by primary key: their number does not depend on the links.
    """
    kinds = [
        When(
            Exists(_openable(model, at).filter(pk=OuterRef("target_id"))),
            target_type__app_label=model._meta.app_label,
            target_type__model=model._meta.model_name,
            then=Value(True),
        )
        for model in apps.get_models()
        if hasattr(model, "get_absolute_url")
    ]
    return Case(
        When(leads_somewhere=False, then=Value(False)),
        When(target_type=None, then=Value(True)),
        *kinds,
        default=Value(False),
        output_field=models.BooleanField(),
    )


def _openable(model, at):
    rows = model._default_manager.all()
    return rows.listed(at) if hasattr(rows, "listed") else rows
