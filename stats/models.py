"""Figures in the terms of SDMX: an indicator has series, a series has observations, a release says them."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce, Left
from django.db.models.lookups import In, LessThan
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from portal.publishing.models import Publishable, PublishableQuerySet, Status
from portal.search.documents import SearchDocument
from portal.vocabulary.models import Region, Topic, Unit
from portal.vocabulary.names import InCharacterOrder, localized
from portal.vocabulary.quantities import Multiplier, Quantity

from .addresses import pinyin_slug, refuse_reserved
from .calendar import AnnouncedDate as AnnouncedDate
from .calendar import Announcement as Announcement
from .codelists import Accumulation, ObsStatus, PriceBasis, Stage, Transformation, form_in_words
from .figure_imports import FigureImport as FigureImport
from .periods import Frequency, period_text
from .planning import Unindexed
from .releases import Release
from .rules import Finding as Finding
from .rules import Rule as Rule
from .sdmx.components import FLOW, series_key


class IndicatorQuerySet(PublishableQuerySet):
    def incomplete(self):
        """Without a definition or without a single series: what an editor still has to give."""
        return self.originals().filter(Q(definition="") | Q(series=None)).distinct()


class Indicator(Publishable):
    """What is measured: its name, its definition, where it belongs."""

    search_kind = "indicator"
    apart = ("series",)

    slug = models.SlugField(
        _("address"), max_length=80, blank=True, help_text=_("Left empty it is made from the name, in pinyin.")
    )
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    definition = models.TextField(_("definition"), blank=True)
    topics = models.ManyToManyField(Topic, blank=True, related_name="indicators", verbose_name=_("topics"))
    position = models.PositiveSmallIntegerField(_("position"), default=0, help_text=_("Small numbers come first."))

    objects = IndicatorQuerySet.as_manager()

    class Meta(Publishable.Meta):
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["position", "slug"]
        constraints = [
            *Publishable.Meta.constraints,
            models.UniqueConstraint(
                fields=["slug"],
                condition=Q(working_copy_of=None),
                name="stats_indicator_slug",
                violation_error_message=_("Another indicator has this address. Choose a different one."),
            ),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        super().clean()
        self.slug = self.slug or pinyin_slug(self.name)
        refuse_reserved(self.slug)

    def save(self, **kwargs):
        self.slug = self.slug or pinyin_slug(self.name)
        refuse_reserved(self.slug)  # also where no form asks: its page could never be reached
        super().save(**kwargs)

    def get_absolute_url(self):
        return reverse("indicator-detail", args=[self.slug])

    @property
    def label(self):
        return localized(self)

    def search_document(self):
        """Its names, and the regions, years and sources of its figures; what is not public does not give itself away.

        The entry is written when something is saved, and a clock saves nothing: each facet has the times at which a
        release tells it. Words have no times, hence those of releases that are to go offline, or to come, are not among
        them.
        """
        releases = Release.objects.originals().filter(status=Status.PUBLISHED)
        told = Observation.objects.filter(series__indicator=self, release__in=releases)
        lasting = told.known().filter(release__offline_at=None)
        names = Region.objects.filter(pk__in=lasting.values("series__region")).values_list("name", flat=True)
        return SearchDocument(
            title=self.name,
            texts=[self.name_en, self.definition, *sorted(names)],
            url=self.get_absolute_url(),
            facets={
                "region": told.told_at("series__region"),
                "topic": list(self.topics.values_list("pk", flat=True)),
                "organization": told.told_at("release__source"),
                "year": told.told_at(Left("time_period", 4)),
            },
        )


class SeriesQuerySet(models.QuerySet):
    def with_figures(self, at=None, previewed=None, day=None):
        """Series that have a public figure; one of which only drafts speak does not exist for readers.

        ``previewed``, here as below: a release that is taken for public. ``day``: what was known by then.
        """
        known = Observation.objects.known(day, at, previewed)
        return self.filter(Exists(known.filter(series=OuterRef("pk"))))

    def listed(self, at=None):
        """Series of listed indicators that have a public figure."""
        return self.with_figures(at).filter(indicator__in=Indicator.objects.listed(at))

    def with_fixed(self):
        """Add ``is_fixed``: a release that is more than a draft has figures of it, so that it counts what it counts."""
        said = Observation.objects.filter(series=OuterRef("pk")).exclude(release__status=Status.DRAFT)
        return self.annotate(is_fixed=Exists(said))

    def with_figure_count(self):
        """Add ``figure_count``: how many figures it has, those of drafts too.

        A subquery, since counting by a join forgets the order of the rows.
        """
        figures = Observation.objects.filter(series=OuterRef("pk")).order_by().values("series")
        return self.annotate(figure_count=Coalesce(Subquery(figures.values(number=Count("pk"))), 0))

    def with_length(self, previewed=None):
        """Add ``length``: of how many periods a public figure is known."""
        known = Observation.objects.known(previewed=previewed).filter(series=OuterRef("pk")).order_by()
        periods = known.values("series").annotate(number=Count("time_period", distinct=True))
        return self.annotate(length=Subquery(periods.values("number")))

    def for_listing(self, at=None):
        """With what a row of a list shows: names, unit and the newest figure (``latest``, a list of one)."""
        return self.select_related("indicator", "region", "unit").prefetch_related(newest_figures(at=at))

    def as_of(self, day):
        """Series of which something was known on ``day``, each with the newest figure (``latest``) of that day."""
        return self.with_figures(day=day).prefetch_related(None).prefetch_related(newest_figures(day))


def newest_figures(day=None, at=None, previewed=None):
    """What gives each series its newest figure as of ``day``: ``latest``, a list of one or none."""
    newest = Observation.objects.latest(day, at, previewed).select_related("unit", "release__source")
    return Prefetch("observations", newest, to_attr="latest")


class Series(models.Model):
    """One line of figures: an indicator of a region at a frequency, in one of its forms."""

    # Dimensions: none is null, since unique keys with NULLs differ between databases.
    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="series", verbose_name=_("indicator"))
    region = models.ForeignKey(Region, models.PROTECT, related_name="series", verbose_name=_("region"))
    frequency = models.CharField(_("frequency"), max_length=1, choices=Frequency, default=Frequency.ANNUAL)
    accumulation = models.CharField(_("accumulation"), max_length=8, choices=Accumulation, default=Accumulation.NONE)
    transformation = models.CharField(
        _("transformation"), max_length=8, choices=Transformation, default=Transformation.LEVEL
    )
    price_basis = models.CharField(_("prices"), max_length=8, choices=PriceBasis, default=PriceBasis.NONE)

    # How it is shown
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    unit_mult = models.SmallIntegerField(_("multiplier"), choices=Multiplier, default=Multiplier.ONE)
    decimals = models.PositiveSmallIntegerField(_("decimals"), default=1)
    is_default = models.BooleanField(
        _("default"), default=False, help_text=_("Shown first for this indicator and region.")
    )

    objects = SeriesQuerySet.as_manager()

    KEY = ("frequency", "accumulation", "transformation", "price_basis")

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")
        ordering = ["indicator__position", "indicator__slug", "region__code", "-is_default", "frequency", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "region", "frequency", "accumulation", "transformation", "price_basis"],
                name="stats_series_key",
                violation_error_message=_("This series exists already."),
            ),
            models.UniqueConstraint(
                fields=["indicator", "region"],
                condition=Q(is_default=True),
                name="stats_series_one_default",
                violation_error_message=_("This indicator has a default series for this region already."),
            ),
            models.CheckConstraint(
                condition=Q(unit_mult__in=Multiplier.values),
                name="stats_series_known_multiplier",
                violation_error_message=_("Choose the multiplier from the list."),
            ),
        ]

    def __str__(self):
        return f"{self.indicator} · {self.region} · {self.form}"

    @property
    def key(self):
        """Its form in codes, in the order of KEY."""
        return tuple(getattr(self, name) for name in self.KEY)

    @property
    def form(self):
        """What tells it from other series of its indicator and region: 年 · 当年价."""
        return form_in_words(*self.key)

    def is_comparable_with(self, other):
        """Whether the figures of both can share an axis: the same form and the same unit."""
        return (self.unit_id, self.key) == (other.unit_id, other.key)

    def growth_among(self, siblings):
        """The series among ``siblings`` that gives the published change on the year before of this one, or None.

        Real growth goes before nominal growth: it is what releases mean by 增长 where they say nothing else. A level in
        constant prices has no nominal growth.
        """
        if self.transformation != Transformation.LEVEL:
            return None
        found = [
            one
            for one in siblings
            if one.transformation == Transformation.YEAR_ON_YEAR
            and (one.indicator_id, one.region_id) == (self.indicator_id, self.region_id)
            and (one.frequency, one.accumulation) == (self.frequency, self.accumulation)
            and (self.price_basis, one.price_basis) != (PriceBasis.CONSTANT, PriceBasis.CURRENT)
        ]
        return min(found, key=lambda one: one.price_basis != PriceBasis.CONSTANT, default=None)

    def get_absolute_url(self, previewed=None, as_of=None, within=None):
        """``previewed``: a release that the page is to show as if it were public; ``as_of``: the day that it shows.

        ``within``: the address of its indicator. Who asks for those of a million series asks for that one once.
        """
        if within:
            path = f"{within}{self.region.address}/"
        else:
            path = reverse("series-detail", args=[self.indicator.slug, self.region.address])
        asked = {} if self.is_default else dict(zip(self.KEY, self.key, strict=True))
        if previewed:
            asked["release"] = previewed.pk
        if as_of:
            asked["as_of"] = as_of
        return f"{path}?{urlencode(asked)}" if asked else path

    @property
    def sdmx_url(self):
        """Its figures for statisticians' own programs."""
        return reverse("sdmx", args=[f"data/{FLOW}/{series_key(self)}"])


class ObservationQuerySet(models.QuerySet):
    def as_of(self, day=None, at=None, previewed=None):
        """For each slot (series and period) the figure that counted at the end of ``day`` (today).

        That is the newest observation of the best rank among releases published here (``listed``) whose source
        published them by ``day``. Ties of one day are broken by the name of the source, so that the order of import
        does not matter.
        """
        return self._unrivalled(self.model.objects.known(day, at, previewed), day, at, previewed)

    def once_counted(self, day=None, at=None):
        """The memory of ``as_of``: every figure that counted at the end of the day on which its release came out.

        Told one release after the other, in the order of their days, they give ``as_of`` each day up to ``day``.
        """
        of_its_time = Q(release__released_on__lte=OuterRef("release__released_on"))
        return self._unrivalled(self.model.objects.known(day, at).filter(of_its_time), day, at)

    def _unrivalled(self, visible, day, at, previewed=None):
        """What is known, without figures of a slot that has a better one among ``visible``."""
        source = "release__source__name"
        better = (
            Q(release__rank__lt=OuterRef("release__rank"))
            | Q(release__rank=OuterRef("release__rank"), release__released_on__gt=OuterRef("release__released_on"))
            | Q(
                LessThan(InCharacterOrder(source), InCharacterOrder(OuterRef(source))),
                release__rank=OuterRef("release__rank"),
                release__released_on=OuterRef("release__released_on"),
            )
        )
        rivals = visible.filter(better, series=OuterRef("series"), time_period=OuterRef("time_period"))
        return self.known(day, at, previewed).exclude(Exists(rivals))

    def latest(self, day=None, at=None, previewed=None):
        """The figure ``as_of`` the day for the newest period of each series."""
        known = self.model.objects.known(day, at, previewed)
        later = known.filter(series=OuterRef("series"), time_period__gt=OuterRef("time_period"))
        return self.as_of(day, at, previewed).exclude(Exists(later))

    def told_at(self, value):
        """Triples (value, since, until): when releases tell each ``value``, a field or expression, of these figures."""
        times = {release.pk: release.told_at for release in Release.objects.filter(pk__in=self.values("release"))}
        told = self.order_by().values_list(value, "release").distinct()
        return list({(one, *times[release]) for one, release in told})

    def known(self, day=None, at=None, previewed=None):
        """What listed releases had said by the end of ``day`` (today), superseded figures and claims too.

        A day to come knows no more than today: what is dated ahead is not public yet, unless it is ``previewed``.
        """
        today = timezone.localdate(at)
        releases = Release.objects.listed(at).filter(released_on__lte=min(day or today, today)).order_by()
        told = Q(In(Unindexed("release_id"), releases.values("pk")))
        if previewed and (day is None or previewed.released_on <= day):
            told |= Q(release=previewed)
        return self.filter(told)

    def of_years(self, since=None, until=None):
        """Periods from the year ``since`` through the year ``until``; open where None."""
        if since is not None:
            self = self.filter(time_period__gte=f"{since:04d}")
        return self if until is None else self.filter(time_period__lt=f"{until + 1:04d}")

    def in_order(self):
        """By indicator, region and series, the newest first; with what a line of a table shows."""
        related = ["series__indicator", "series__region", "unit", "release"]
        order = ["series__indicator__position", "series__indicator__slug", "series__region__code", "series"]
        return self.select_related(*related).order_by(*order, "-time_period")

    def listed(self, at=None, day=None):
        """All public figures of listed indicators that ``day`` (today) knew: the whole memory."""
        return self.known(day, at).filter(series__indicator__in=Indicator.objects.listed(at))


class Observation(Quantity):
    """One figure of one series for one period as one release said it. Never updated: a correction is a release."""

    series = models.ForeignKey(Series, models.PROTECT, related_name="observations", verbose_name=_("series"))
    time_period = models.CharField(
        _("period"), max_length=10, help_text=_("2022, 2022-S1, 2022-Q3, 2022-07 or 2022-07-15, as the series needs.")
    )
    release = models.ForeignKey(Release, models.CASCADE, related_name="observations", verbose_name=_("release"))
    obs_status = models.CharField(_("observation status"), max_length=1, choices=ObsStatus, default=ObsStatus.NORMAL)
    stage = models.CharField(_("stage"), max_length=12, choices=Stage, default=Stage.NONE, blank=True)
    source_place = models.CharField(
        _("place in the source"), max_length=200, blank=True, help_text=_("Sheet, row and column, page, or the words.")
    )
    footnote = models.TextField(
        _("footnote"), blank=True, help_text=_("What the source notes at this figure, without its sign.")
    )

    objects = ObservationQuerySet.as_manager()

    class Meta:
        verbose_name = _("observation")
        verbose_name_plural = _("observations")
        ordering = ["series", "-time_period", "release"]
        constraints = [
            *Quantity.Meta.constraints,
            models.UniqueConstraint(
                fields=["series", "time_period", "release"],
                name="stats_observation_slot",
                violation_error_message=_("This release gives this figure already."),
            ),
            models.CheckConstraint(
                condition=(
                    Q(obs_status=ObsStatus.MISSING, mantissa=None, value_low=None)
                    | (~Q(obs_status=ObsStatus.MISSING) & (Q(mantissa__isnull=False) | Q(value_low__isnull=False)))
                ),
                name="stats_observation_value_or_missing",
                violation_error_message=_("Give the value, or set the status to “missing” and leave it empty."),
            ),
        ]

    def __str__(self):
        return f"{self.series} · {period_text(self.time_period)}"

    @property
    def footnotes(self):
        """Its notes, each a line."""
        return [line for line in map(str.strip, self.footnote.splitlines()) if line]

    def clean(self):
        super().clean()
        if self.series_id:
            Frequency(self.series.frequency).validate(self.time_period)
            if self.unit_id and self.unit.dimension != self.series.unit.dimension:
                raise ValidationError(
                    {"unit": _("The series is counted in %s; choose a unit of that kind.") % self.series.unit}
                )

    def save(self, **kwargs):
        releases = Release.objects.filter(Q(pk=self.release_id) | Q(observations=self.pk))
        if not self._state.adding and releases.exclude(status=Status.DRAFT).exists():
            raise ValidationError(_("A published figure is never changed. Give the new value in a new release."))
        super().save(**kwargs)
