"""Pages that gather what all kinds have on one region, topic or organization, and the indexes of these."""

from collections import Counter
from itertools import chain

from django.db.models import Count
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.views.generic import DetailView, TemplateView
from django_filters.views import FilterView

from agreements.filters import AgreementFilter
from agreements.models import Agreement
from articles.filters import ArticleFilter
from articles.models import Article
from portal.vocabulary.filters import OrganizationFilter
from portal.vocabulary.models import Organization, Region, RegionKind, Topic
from stats.filters import SeriesFilter
from stats.models import Indicator, Observation, Series

#: How many rows a section shows: where it leads to the list of all, and where no list has them.
SHOWN, SHOWN_WITHOUT_A_LIST = 10, 100
KEY_FIGURES = 12


class Share:
    """Of the list of one kind, the rows that its filter ``name`` finds for any of ``subjects``."""

    def __init__(self, filterset, rows, name, subjects):
        self._facet = filterset(queryset=rows).filters[name]
        self.rows = self._facet.filter(rows, subjects)

    @cached_property
    def count(self):
        return self.rows.count()

    def counts(self):
        """By the primary key of a region, topic or organization: the length of the list that its filter leads to."""
        return self._facet.counts(self.rows)


def shares(name, subjects):
    return {
        "articles": Share(ArticleFilter, Article.objects.listed().for_listing(), name, subjects),
        "series": Share(SeriesFilter, Series.objects.listed().for_listing(), name, subjects),
        "agreements": Share(AgreementFilter, Agreement.objects.listed().for_listing(), name, subjects),
    }


def totals(name):
    """Of every region, topic or organization that anything listed is about: the number of records of all kinds."""
    return sum((share.counts() for share in shares(name, []).values()), Counter())


def with_records(name, among, within=None):
    """Give each of ``among`` the number of ``records`` of all kinds that its filter ``name`` finds.

    Returns them as a list. Where all of them lie ``within`` something, its rows are read and no others.
    """
    among, counts = list(among), Counter()
    for share in shares(name, [within] if within else among).values() if among else ():
        counts.update(share.counts())
    return numbered(among, counts)


def numbered(among, counts):
    """Give each of ``among`` its number of ``records`` out of ``counts``, by primary key; returns them as a list."""
    among = list(among)
    for one in among:
        one.records = counts.get(one.pk, 0)
    return among


class Gathering(DetailView):
    """What there is about one thing: its newest articles and agreements, its key figures, and how many in all.

    ``query`` is the filter with which the lists show all of it; "" where they cannot be filtered by it.
    """

    #: The filter of the lists that finds what is about such a thing.
    name = ""

    def get_context_data(self, **kwargs):
        query, found = self.query(), shares(self.name, [self.object])
        shown = SHOWN if query else SHOWN_WITHOUT_A_LIST
        return super().get_context_data(
            query=query,
            articles=found["articles"].rows[:shown],
            agreements=found["agreements"].rows[:shown],
            key_figures=self.key_figures(found["series"].rows.filter(is_default=True))[:KEY_FIGURES],
            counts={kind: share.count for kind, share in found.items()},
            **self.surroundings(found),
            **kwargs,
        )

    def key_figures(self, series):
        return series


class RegionDetail(Gathering):
    """A region or a group of them: also its parts, what it belongs to, what it was and what became of it."""

    template_name = "regions/region_detail.html"
    context_object_name = "region"
    name = "region"

    def get_object(self):
        regions = Region.objects.select_related("parent__parent__parent").at(self.kwargs["address"])
        return get_object_or_404(regions[:1])

    def query(self):
        """The lists filter by regions in force only."""
        return "" if self.object.valid_to else f"region={self.object.code}"

    def key_figures(self, series):
        """Those of the region itself; of a group, those of its members."""
        return series if self.object.kind == RegionKind.GROUP else series.filter(region=self.object)

    def surroundings(self, found):
        region = self.object
        parts = Region.objects.parts_of(region)
        memberships = region.groups.select_related("group").order_by("group__code", "valid_from")
        kin = {
            "successions": region.successions.select_related("successor"),
            "origins": region.origins.select_related("predecessor"),
        }
        near = [one.successor for one in kin["successions"]] + [one.predecessor for one in kin["origins"]]
        if is_empty(found):
            near += [one for one in region.ancestors if one.kind != RegionKind.NATION]
            near += [one.group for one in memberships]
        else:
            parts = with_records("region", parts, within=region)
        with_records("region", near)
        elsewhere = {one.pk: one for one in near if one.records}
        return kin | {"memberships": memberships, "parts": grouped(region, parts), "elsewhere": elsewhere.values()}


class TopicDetail(Gathering):
    """A topic: also the topics and the indicators under it."""

    template_name = "topics/topic_detail.html"
    queryset = Topic.objects.select_related("parent__parent")
    name = "topic"

    def query(self):
        return f"topic={self.object.slug}"

    def surroundings(self, found):
        series = dict(found["series"].rows.order_by().values_list("indicator").annotate(Count("pk")))
        children = with_records("topic", self.object.children.all(), within=self.object)
        return {"children": children, "indicators": numbered(Indicator.objects.filter(pk__in=series), series)}


class OrganizationDetail(Gathering):
    """An organization: also the releases of figures that it has published."""

    template_name = "organizations/organization_detail.html"
    queryset = Organization.objects.select_related("region")
    name = "organization"

    def query(self):
        return f"organization={self.object.pk}"

    def surroundings(self, found):
        told = Observation.objects.listed().filter(release__source=self.object).order_by()
        figures = dict(told.values_list("release").annotate(Count("pk")))
        return {"releases": numbered(self.object.releases.filter(pk__in=figures).select_related("file"), figures)}


def is_empty(found):
    return not any(share.count for share in found.values())


def grouped(region, parts):
    """The ``parts`` of a region by what they are called (区, 县), those of a group by what they lie in.

    Returns pairs of a name and parts, in the order in which the names first come.
    """
    groups = {}
    for part in parts:
        name = str(part.parent or "") if region.kind == RegionKind.GROUP else part.designation
        groups.setdefault(name, []).append(part)
    return list(groups.items())


class RegionIndex(TemplateView):
    """Every region that something has been published about: groups, provinces with their parts, other places."""

    template_name = "regions/region_index.html"

    def get_context_data(self, **kwargs):
        records, places = totals("region"), {}
        regions = Region.objects.filter(pk__in=records).select_related("parent__parent__parent")
        for region in numbered(regions, records):
            province = next((one for one in region.ancestors if one.kind == RegionKind.PROVINCE), None)
            place = "former" if region.valid_to else province.pk if province else region.kind
            places.setdefault(place, []).append(region)
        for province in places.get(RegionKind.PROVINCE, []):
            province.within = places.get(province.pk, [])
        return super().get_context_data(places=places, **kwargs)


class TopicIndex(TemplateView):
    """The tree of topics, each with its number of records."""

    template_name = "topics/topic_index.html"

    def get_context_data(self, **kwargs):
        records, below = totals("topic"), {}
        for topic in numbered(Topic.objects.all(), records):
            below.setdefault(topic.parent_id, []).append(topic)
        for topic in chain.from_iterable(below.values()):
            topic.within = below.get(topic.pk, [])
        return super().get_context_data(topics=below.get(None, []), **kwargs)


class OrganizationIndex(FilterView):
    """Every organization that something has been published about, by pinyin, found by name.

    Others are names that only drafts may know of.
    """

    template_name = "organizations/organization_index.html"
    filterset_class = OrganizationFilter
    paginate_by = 50

    @cached_property
    def records(self):
        return totals("organization")

    def get_queryset(self):
        return Organization.objects.filter(pk__in=self.records).select_related("region")

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        numbered(context["page_obj"], self.records)
        return context | {"query": self.filterset.query}
