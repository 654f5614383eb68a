"""What is new among figures, as entries of a feed: one for each release, with what it told first and what it changed.

Whoever follows one region's GDP reads each revision with the old and the new value; whoever follows everything is told
of a release with 600 figures once.
"""

from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Subquery, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.publishing.feeds import LENGTH, Entry
from portal.vocabulary.names import InCharacterOrder
from portal.vocabulary.templatetags.quantities import quantity_text

from .codelists import Rank, Reason
from .intervals import is_same_number
from .models import Observation, Release
from .periods import period_text
from .tables import title_of
from .templatetags.figures import change, remarks

#: Figures of one release that are looked at, those of the newest periods; and lines that an entry has.
LOOKED_AT = 200
LINES = 50


@dataclass(frozen=True)
class News:
    """A figure and the one that counted just before its release (None: none did)."""

    figure: Observation
    before: Observation | None

    @property
    def is_claim(self):
        """Whether the word of a better rank stands; then this one stands beside it."""
        return self.before is not None and self.before.release.rank < self.figure.release.rank

    @property
    def is_revision(self):
        return self.before is not None and not self.is_claim

    @property
    def is_any(self):
        """Whether it says anything that was not said before."""
        old, new = self.before, self.figure
        if old is None or _signs(old) != _signs(new):
            return True
        return _number(old) != _number(new) and not is_same_number(old, new)

    def words(self):
        """In one line: whose figure, of which period, what it was and what it is."""
        figure, release = self.figure, self.figure.release
        value = quantity_text(figure)
        said = [title_of(figure.series), period_text(figure.time_period)]
        if self.is_revision:
            said += [f"{quantity_text(self.before)} → {value}", change(self.before, figure)]
            said += [Reason(release.reason).label]
        else:
            said.append(value)
        said += [] if release.rank == Rank.OFFICIAL else [release.get_rank_display()]
        if self.is_claim:
            said.append(_("beside %(value)s (%(source)s)") % _of(self.before))
        noted = figure.footnote and _("footnote: %s") % " ".join(figure.footnotes)
        return " · ".join(str(one) for one in [*said, *remarks(figure), noted] if one)


def _number(figure):
    return figure.value_base, figure.value_high, figure.unit_id


def _signs(figure):
    return [figure.qualifier, figure.obs_status, figure.stage]


def _of(figure):
    return {"value": quantity_text(figure), "source": figure.release.source.label}


def entries(figures, page, day=None):
    """The newest releases that tell any of ``figures`` (a QuerySet of Observation), as entries of a feed.

    By the hour at which they became public here. ``page`` is the path of what is followed, ``day`` the one as of which.
    The same few queries, whatever the number of releases and figures.
    """
    told = {}
    for one, number in _looked_at(figures, _releases(figures, day), day):
        told.setdefault(one.figure.release, (number, []))[1].append(one)
    ordered = sorted(told, key=lambda release: (release.told_at[0], release.pk), reverse=True)
    found = ((release, told[release][0], [one for one in told[release][1] if one.is_any]) for release in ordered)
    return [_entry(release, number, news, page) for release, number, news in found if news]


def _releases(figures, day):
    """The primary keys of the newest of them. What is dated ahead becomes public at the midnight of its day: the newest
    by the later of two times are among the newest by one of them.
    """
    today = timezone.localdate()
    found = Release.objects.listed().filter(released_on__lte=min(day or today, today))
    found = found.filter(Exists(figures.order_by().filter(release=OuterRef("pk")))).select_related(None)
    releases = {*found.order_by("-published_at", "-pk")[:LENGTH], *found.order_by("-released_on", "-pk")[:LENGTH]}
    return sorted(releases, key=lambda one: (one.told_at[0], one.pk), reverse=True)[:LENGTH]


def _looked_at(figures, releases, day):
    """Pairs of News and the number of all ``figures`` that its release tells, the newest periods first."""
    order = [F("time_period").desc(), "series__indicator__position", "series__indicator__slug", "series__region__code"]
    ranked = (
        figures.order_by()
        .filter(release__in=releases)
        .annotate(
            place=Window(RowNumber(), partition_by="release", order_by=[*order, "pk"]),
            number=Window(Count("pk"), partition_by="release"),
        )
    )
    numbers = dict(ranked.filter(place__lte=LOOKED_AT).values_list("pk", "number"))
    known = Observation.objects.known(day).filter(series=OuterRef("series"), time_period=OuterRef("time_period"))
    known = known.filter(release__released_on__lt=OuterRef("release__released_on"))
    best = known.order_by("release__rank", "-release__released_on", InCharacterOrder("release__source__name"))
    shown = Observation.objects.filter(pk__in=numbers).in_order().select_related("release__source", "series__unit")
    shown = list(shown.order_by(*order, "pk").annotate(before=Subquery(best.values("pk")[:1])))
    olds = Observation.objects.select_related("unit", "release__source").in_bulk({one.before for one in shown} - {None})
    return [(News(one, olds.get(one.before)), numbers[one.pk]) for one in shown]


def _entry(release, number, news, page):
    """``number``: how many figures it tells of what is followed, ``news`` those that say anything new."""
    lines = [one.words() for one in news[:LINES]]
    more = len(news) - len(lines) + max(number - LOOKED_AT, 0)
    said = f"{release.label} · {release.released_on:%Y-%m-%d} · {Reason(release.reason).label}"
    summary = [said, *lines]
    if more:
        summary.append(ngettext("and %d more figure", "and %d more figures", more) % more)
    if release.note:
        summary.append(release.note)
    series = {one.figure.series for one in news}
    return Entry(
        title=lines[0] if len(news) == 1 else _title(release, series, news),
        url=series.pop().get_absolute_url() if len(series) == 1 else release.get_absolute_url(),
        published=release.told_at[0],
        updated=release.updated_at,
        summary="\n".join(summary),
        author=release.source.label,
        version=f"release-{release.pk}",
        about=page,
    )


def _title(release, series, news):
    """What several figures have in common, and how many of them are new and revised."""
    subject = [title_of(next(iter(series)))] if len(series) == 1 else []
    revised = sum(one.is_revision for one in news)
    if new := len(news) - revised:
        subject.append(ngettext("%d new figure", "%d new figures", new) % new)
    if revised:
        subject.append(ngettext("%d revised", "%d revised", revised) % revised)
    return " · ".join([release.label, *subject])
