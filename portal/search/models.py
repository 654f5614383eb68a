"""The index of all kinds: an entry for every record, drafts too, filtered by status and clock at each request."""

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import StrIndex
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.publishing.models import Status, public_at
from portal.vocabulary.models import Column

from . import index
from .query import Query, parse


class SearchEntryQuerySet(models.QuerySet):
    def listed(self, at=None):
        """Entries of the records that everybody sees in lists: scheduled ones appear with no save in between."""
        return self.filter(public_at(at or timezone.now()))

    def of_kind(self, model):
        """Entries of one model; their ``object_id`` are its primary keys."""
        return self.filter(content_type=ContentType.objects.get_for_model(model))

    def matching(self, query):
        """The hits of a Query, or of what somebody typed; none where nothing in it can be searched.

        The index finds candidates by their grams, and the folded text decides wherever the grams alone do not.
        """
        query = query if isinstance(query, Query) else parse(query)
        if not query:
            return self.none()
        found = self.filter(pk__in=index.candidates(frozenset().union(*(term.grams for term in query.terms))))
        for term in query.terms:
            if not term.is_one_gram:
                found = found.filter(_contains("folded", term))
        return found

    def best_first(self, query):
        """Hits in the title first, then the newest: a rank by word counts would have to read every hit."""
        in_title = Q(*(_contains("title_folded", term) for term in query.terms))
        rank = Case(When(in_title, then=Value(1)), default=Value(0), output_field=models.SmallIntegerField())
        return self.annotate(in_title=rank).order_by("-in_title", F("published_at").desc(nulls_last=True), "-pk")


def _contains(field, term):
    return Q(models.lookups.GreaterThan(StrIndex(field, Value(term.pattern)), 0))


class SearchEntry(models.Model):
    """One record as the search sees it. Written by `portal.search.refreshing` alone."""

    # Record
    content_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    object_id = models.PositiveBigIntegerField()
    kind = models.CharField(_("kind"), max_length=20)

    # Life: copies of the record's own columns, so that `listed` is asked of this table
    status = models.CharField(_("status"), max_length=10, choices=Status)
    published_at = models.DateTimeField(_("published at"), null=True)
    offline_at = models.DateTimeField(_("offline at"), null=True)
    column = models.ForeignKey(Column, models.SET_NULL, null=True, related_name="+", verbose_name=_("column"))

    # What a hit shows
    title = models.CharField(_("title"), max_length=300)
    url = models.CharField(_("address"), max_length=500)
    dated = models.CharField(_("dated"), max_length=40, blank=True)
    teaser = models.TextField(_("teaser"), blank=True)

    # What is searched; last, since long texts lie on pages of their own that a count need not read
    title_folded = models.TextField()
    text = models.TextField(_("text"), blank=True)
    folded = models.TextField()

    objects = SearchEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")
        constraints = [models.UniqueConstraint(fields=["content_type", "object_id"], name="search_entry_record")]

    def __str__(self):
        return self.title


class FacetQuerySet(models.QuerySet):
    def listed(self, at=None):
        """What everybody may know of entries that everybody sees."""
        at = at or timezone.now()
        return self.filter(Q(since=None) | Q(since__lte=at), Q(until=None) | Q(until__gt=at))


class Facet(models.Model):
    """One value of one facet of an entry: the key of a region or a topic, a year.

    A value may be public for a time of its own within that of its entry, or for several: an indicator has a year as
    long as a release tells it.
    """

    entry = models.ForeignKey(SearchEntry, models.CASCADE, related_name="facets")
    facet = models.CharField(_("facet"), max_length=30)
    value = models.CharField(_("value"), max_length=80)
    since = models.DateTimeField(_("public since"), null=True)
    until = models.DateTimeField(_("public until"), null=True)

    objects = FacetQuerySet.as_manager()

    class Meta:
        verbose_name = _("facet")
        verbose_name_plural = _("facets")
        indexes = [models.Index(fields=["facet", "value"], name="search_facet_value")]

    def __str__(self):
        return f"{self.facet}: {self.value}"
