"""The arithmetic guard: holds the figures of a release against the validation rules, and keeps what it finds.

A figure is held against those of its own release first, else against what counts on the day of the release (``as_of``),
so that a draft is judged as if it were public. It warns; nothing is refused, and what an editor decided stays decided
as long as the numbers stay.
"""

import time

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from portal.publishing import life
from portal.publishing.models import Status

from .arithmetic import growth_of_levels, part_of_whole, quotient, sum_of_parts
from .codelists import Transformation
from .intervals import Refused
from .models import Finding, Observation, Release, Rule, Series
from .periods import period_text
from .relations import Shelves, Versions
from .rules import Decision, RuleKind
from .slips import slips

__all__ = ["check", "lines", "recheck"]

#: Applications of rules, and series, that are looked at together: one query for all that they need.
BLOCK, WIDTH = 2000, 400
#: Seconds for holding a rule against what is there, and figures of a release that are not begun with in them: of sums
#: 10,000 take about three seconds.
PATIENCE, LARGE = 5, 10_000
#: Findings that a report names; of more their number.
NAMED = 50


@transaction.atomic
def check(releases):
    """Hold the figures of each of ``releases`` against all active rules, and keep the findings.

    Returns those that nobody has decided, release by release; the queries do not grow with the figures of a release,
    but for large blocks. A working copy has no figures: it is passed over.
    """
    rules = list(Rule.objects.active().prefetch_related("parts"))
    found = []
    for release in releases:
        if not release.working_copy_of_id:
            with override(settings.LANGUAGE_CODE):
                breaches = _breaches(release, rules)
            found += _keep(release, breaches)
    return found


def recheck(rule):
    """Hold ``rule``, which was added or changed, against the releases that it speaks of, the newest first.

    Each has a transaction of its own. What no longer follows vanishes, unless it was decided. Returns how many releases
    were not reached: large ones, and those that are left when ``PATIENCE`` is over.
    """
    rule = Rule.objects.prefetch_related("parts").get(pk=rule.pk)
    sizes, left, end = _sizes(rule), 0, time.monotonic() + PATIENCE
    for release in Release.objects.filter(pk__in=sizes).order_by("-released_on", "-pk"):
        if sizes[release.pk] > LARGE or time.monotonic() > end:
            left += 1
            continue
        with transaction.atomic():
            try:
                life.lock(release)
            except life.Refused:  # deleted meanwhile
                continue
            with override(settings.LANGUAGE_CODE):
                breaches = _breaches(release, [rule]) if rule.is_active else {}
            _keep(release, breaches, rule)
    return left


def lines(findings):
    """``findings`` as lines of plain text, for a report; of very many the first, and how many more."""
    said = [
        _("Check: %(sum)s (%(rule)s; %(series)s, %(period)s)")
        % {"sum": one.told, "rule": one.rule, "series": one.series, "period": period_text(one.time_period)}
        for one in findings[:NAMED]
    ]
    more = len(findings) - NAMED
    return [*said, *([ngettext("%d more", "%d more", more) % more] if more > 0 else [])]


# Finding -------------------------------------------------------------------------------------------------------------


def _breaches(release, rules):
    """{(rule, series, period): Breach} of ``release``; the rule as a record, the series as its key."""
    units = [rule for rule in rules if rule.kind == RuleKind.UNIT]
    others = [rule for rule in rules if rule.kind != RuleKind.UNIT]
    found = slips(Observation.objects, release, units) if units else {}
    if others:
        shelves = Shelves(_series_of(release, others), others)
        for block in _blocks(shelves.applications(_touched(release, shelves))):
            slots = {slot for application in block for slot in application.slots}
            versions = Versions(Observation.objects, release, shelves, slots)
            for application in block:
                if breach := _judged(application, versions):
                    found[application.rule, application.series, application.period] = breach
    return found


def _sizes(rule):
    """{release: how many figures it has that ``rule`` speaks of}, those too in which it has found something before."""
    sizes = dict.fromkeys(rule.findings.order_by().values_list("release", flat=True), 0)
    if rule.is_active:
        figures = Observation.objects.exclude(release__status=Status.WITHDRAWN)
        if named := rule.indicators:
            figures = figures.filter(series__indicator__in=named)
        counts = figures.order_by().values("release").annotate(number=Count("pk"))
        sizes |= dict(counts.values_list("release", "number"))
    return sizes


def _series_of(release, rules):
    """The series that ``rules`` may speak of on behalf of ``release``: of the indicators that they name, and for growth
    of every indicator of the release that publishes rates.
    """
    own = Series.objects.filter(observations__release=release).order_by().values("indicator")
    named = set().union(*(rule.indicators for rule in rules))
    asked = Q(indicator__in=named)
    if any(rule.kind == RuleKind.GROWTH and not rule.parts.all() for rule in rules):
        rates = Series.objects.filter(transformation=Transformation.YEAR_ON_YEAR, indicator__in=own)
        asked |= Q(indicator__in=rates.order_by().values("indicator"))
    return list(Series.objects.filter(asked).select_related("indicator", "region", "unit").order_by("pk"))


def _touched(release, shelves):
    """The slots that ``release`` itself fills, of the series that rules speak of."""
    slots = Observation.objects.filter(release=release).order_by("pk").values_list("series", "time_period")
    return [slot for slot in slots.iterator(chunk_size=5000) if slot[0] in shelves.by_pk]


def _blocks(applications):
    """Lists of applications, none so long or so wide that a query could not ask for all that it needs."""
    block, series = [], set()
    for application in applications:
        wider = series | {pk for pk, _period in application.slots}
        if block and (len(block) == BLOCK or len(wider) > WIDTH):
            yield block
            block, wider = [], {pk for pk, _period in application.slots}
        block.append(application)
        series = wider
    if block:
        yield block


def _judged(application, versions):
    """The Breach of an Application, or None where the rule holds or cannot be asked."""
    rule, judge = application.rule, _JUDGES[application.rule.kind]
    try:
        figures = versions.figures_of(application)
        return judge(figures, rule.tolerance) if figures else None
    except Refused:
        return None


def _region_of(figure):
    return figure.series.region


_JUDGES = {
    RuleKind.PART: lambda figures, tolerance: part_of_whole(*figures, tolerance),
    RuleKind.SUM: lambda figures, tolerance: sum_of_parts(figures[:-1], figures[-1], tolerance),
    RuleKind.REGIONS: lambda figures, tolerance: sum_of_parts(figures[:-1], figures[-1], tolerance, _region_of),
    RuleKind.RATIO: lambda figures, tolerance: quotient(*figures, tolerance),
    RuleKind.GROWTH: lambda figures, tolerance: growth_of_levels(*figures, tolerance),
}


# Keeping -------------------------------------------------------------------------------------------------------------


def _keep(release, breaches, rule=None):
    """Write ``breaches`` over what was found in ``release`` before, of ``rule`` alone where it is given. Returns the
    findings that wait for a decision.
    """
    there = release.findings.filter(rule=rule) if rule else release.findings.all()
    known = {(one.rule_id, one.series_id, one.time_period): one for one in there}
    new, changed = [], []
    for (rule, series, period), breach in breaches.items():
        finding = known.pop((rule.pk, series, period), None)
        if finding is None:
            new.append(Finding(release=release, rule=rule, series_id=series, time_period=period))
            finding = new[-1]
        elif finding.holds and (finding.fingerprint, finding.told) == (breach.fingerprint, breach.told):
            continue
        else:
            changed.append(finding)
        if finding.fingerprint != breach.fingerprint:
            finding.decide(Decision.OPEN, "", None)
        finding.told, finding.fingerprint, finding.holds = breach.told, breach.fingerprint, True
    over = [finding for finding in known.values() if finding.is_decided and finding.holds]
    for finding in over:
        finding.holds = False
    gone = [finding.pk for finding in known.values() if not finding.is_decided]
    if gone:
        Finding.objects.filter(pk__in=gone).delete()
    Finding.objects.bulk_create(new, batch_size=500)
    names = ["told", "fingerprint", "holds", "decision", "comment", "decided_by", "decided_at"]
    Finding.objects.bulk_update([*changed, *over], names, batch_size=200)
    return list(release.findings.undecided().select_related("rule", "series__indicator", "series__region"))
