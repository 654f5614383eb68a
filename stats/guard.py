"""The arithmetic guard: holds the figures of a release against the validation rules, and keeps what it finds.

A figure is held against those of its own release first, else against what counts on the day of the release (``as_of``),
so that a draft is judged as if it were public. It warns; nothing is refused, and what an editor decided stays decided
as long as the numbers stay.
"""

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from .arithmetic import growth_of_levels, part_of_whole, quotient, sum_of_parts
from .codelists import Transformation
from .intervals import Refused
from .models import Finding, Observation, Rule, Series
from .periods import period_text
from .relations import Shelves, Versions
from .rules import Decision, RuleKind
from .slips import slips

__all__ = ["check", "lines"]

#: Applications of rules, and series, that are looked at together: one query for all that they need.
BLOCK, WIDTH = 2000, 400
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


def _series_of(release, rules):
    """The series that ``rules`` may speak of on behalf of ``release``: of the indicators that they name, and for growth
    of every indicator of the release that publishes rates.
    """
    own = Series.objects.filter(observations__release=release).order_by().values("indicator")
    named = {pk for rule in rules for pk in (rule.whole_id, rule.quotient_id) if pk}
    named |= {one.pk for rule in rules for one in rule.parts.all()}
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


def _keep(release, breaches):
    """Write ``breaches`` over what was found in ``release`` before. Returns the findings that wait for a decision."""
    known = {(one.rule_id, one.series_id, one.time_period): one for one in release.findings.all()}
    new, changed = [], []
    for (rule, series, period), breach in breaches.items():
        finding = known.pop((rule.pk, series, period), None)
        if finding is None:
            new.append(Finding(release=release, rule=rule, series_id=series, time_period=period))
            finding = new[-1]
        elif finding.fingerprint == breach.fingerprint and finding.holds:
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
