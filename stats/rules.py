"""Validation rules: what figures must be to one another, as data, and the findings of figures that are not.

Named as SDMX and the European statistical system name them (validation rule, SDMX 3.0 ValidationRule; VTL). What a rule
says is computed in ``arithmetic``, on which figures in ``guard``; a finding is a warning, and an editor decides.
"""

from django.apps import apps
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.vocabulary.models import Region

from .periods import period_text

__all__ = ["Decision", "Finding", "Rule", "RuleKind", "make_general_rules"]


class RuleKind(models.TextChoices):
    """What a rule says of its figures."""

    PART = "part", _("a part is at most the whole")
    SUM = "sum", _("the parts add up to the whole")
    REGIONS = "regions", _("the regions within a region add up to it")
    RATIO = "ratio", _("one divided by another gives a third")
    UNIT = "unit", _("no slip of the unit (千, 万, 亿)")
    GROWTH = "growth", _("the published growth is that of the levels")

    @property
    def is_general(self):
        """Whether it can be asked of every series; a rule of another kind names its indicators."""
        return self in {RuleKind.UNIT, RuleKind.GROWTH}

    @property
    def needs_whole(self):
        return not self.is_general

    @property
    def needs_parts(self):
        return self in {RuleKind.PART, RuleKind.SUM, RuleKind.RATIO}

    @property
    def needs_quotient(self):
        return self is RuleKind.RATIO


#: The kinds that can be asked of every series, and those that name a whole.
GENERAL = [kind.value for kind in RuleKind if kind.is_general]
WITH_WHOLE = [kind.value for kind in RuleKind if kind.needs_whole]


class RuleQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True)

    def among(self, indicators):
        """Those that name none but ``indicators`` (a queryset): a name may tell what is not open."""
        opened = indicators.order_by().values("pk")
        named = Rule.parts.through.objects.filter(rule=OuterRef("pk"))
        return self.filter(
            Q(whole=None) | Q(whole__in=opened),
            Q(quotient=None) | Q(quotient__in=opened),
            ~Exists(named.exclude(indicator__in=opened)),
        )

    def with_open_count(self):
        """Add ``open_count``: how many of its findings wait for a decision."""
        waiting = Finding.objects.undecided().filter(rule=OuterRef("pk")).order_by().values("rule")
        return self.annotate(open_count=Coalesce(Subquery(waiting.values(number=Count("pk"))), 0))


class Rule(models.Model):
    """A validation rule: between indicators of one region and period, or of every series."""

    title = models.CharField(
        _("title"), max_length=120, help_text=_("As a finding names it: 三次产业之和等于地区生产总值.")
    )
    kind = models.CharField(_("kind of rule"), max_length=8, choices=RuleKind)
    whole = models.ForeignKey(
        "stats.Indicator",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("whole"),
        help_text=_(
            "The larger one, or the sum: 地区生产总值. Of a division: the one that is divided by. "
            "Of regions: the indicator that adds up."
        ),
    )
    parts = models.ManyToManyField(
        "stats.Indicator",
        blank=True,
        related_name="+",
        verbose_name=_("parts"),
        help_text=_(
            "What the whole consists of. Of a division: the one that is divided. "
            "Of rules for every series: only these, or none for all."
        ),
    )
    quotient = models.ForeignKey(
        "stats.Indicator",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("quotient"),
        help_text=_("What the division gives: 人均地区生产总值, or a share in per cent."),
    )
    region = models.ForeignKey(
        Region,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("only for the region"),
        help_text=_("Left empty: for every region. Of regions that add up: the one that they are within."),
    )
    tolerance = models.DecimalField(
        _("tolerance"),
        max_digits=5,
        decimal_places=2,
        default=0,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=_(
            "How far it may be off beyond rounding, in per cent of the published value; of growth in percentage "
            "points. Rounding is known from the decimals as printed."
        ),
    )
    is_active = models.BooleanField(_("active"), default=True, help_text=_("Switched off it finds nothing new."))
    note = models.CharField(
        _("note"), max_length=300, blank=True, help_text=_("Where the rule comes from: 统计公报注释, a method.")
    )

    objects = RuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("validation rule")
        verbose_name_plural = _("validation rules")
        ordering = ["kind", "title", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["title"],
                name="stats_rule_title",
                violation_error_message=_("Another rule is called so. Findings name the rule by its title."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=RuleKind.values),
                name="stats_rule_known_kind",
                violation_error_message=_("Choose the kind of rule from the list."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=WITH_WHOLE, whole__isnull=False) | Q(kind__in=GENERAL, whole=None),
                name="stats_rule_whole",
                violation_error_message=_("Give the whole; a rule for every series has none."),
            ),
            models.CheckConstraint(
                condition=Q(kind=RuleKind.RATIO, quotient__isnull=False) | ~Q(kind=RuleKind.RATIO) & Q(quotient=None),
                name="stats_rule_quotient",
                violation_error_message=_("A division has a quotient, and only a division."),
            ),
            models.CheckConstraint(
                condition=Q(tolerance__gte=0, tolerance__lte=100),
                name="stats_rule_tolerance",
                violation_error_message=_("The tolerance lies between 0 and 100 per cent."),
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def indicators(self):
        """The primary keys of those that it names; none where it is asked of every series."""
        return {pk for pk in (self.whole_id, self.quotient_id, *(one.pk for one in self.parts.all())) if pk}


#: Title, kind, tolerance and note of the rules that every portal begins with.
GENERAL_RULES = [
    ("计量单位错位（千、万、亿）", RuleKind.UNIT, 0, "与同一序列相邻时期或此前发布的数据相比，相差千倍、万倍或亿倍。"),
    (
        "公布的增速与两期水平一致",
        RuleKind.GROWTH,
        "0.5",
        "仅在价格口径一致时核对：名义增速对现价水平，数量类指标对数量。可比价增速不与现价水平核对。",
    ),
]


def make_general_rules(using, apps=apps, **kwargs):
    """For ``post_migrate``: a rule of each general kind that names nothing. Where there is one, on or off, it stays."""
    try:
        rules = apps.get_model("stats", "Rule").objects.using(using)
    except LookupError:  # migrated halfway
        return
    there = set(rules.filter(kind__in=GENERAL, parts=None).values_list("kind", flat=True))
    for title, kind, tolerance, note in GENERAL_RULES:
        if kind not in there and not rules.filter(title=title).exists():
            rules.create(title=title, kind=kind, tolerance=tolerance, note=note)


class Decision(models.TextChoices):
    """What an editor makes of a finding."""

    OPEN = "open", _("undecided")
    ACCEPTED = "accepted", _("stays as it is")
    MISTAKE = "mistake", _("a mistake, to be corrected")


class FindingQuerySet(models.QuerySet):
    def undecided(self):
        return self.filter(decision=Decision.OPEN)

    def readable_by(self, user):
        """Of releases and indicators that are open to ``user``, those that its sum names too."""
        releases = Finding._meta.get_field("release").related_model.objects.readable_by(user)
        indicators = Rule._meta.get_field("whole").related_model.objects.readable_by(user)
        return self.filter(
            release__in=releases.order_by().values("pk"),
            series__indicator__in=indicators.order_by().values("pk"),
            rule__in=Rule.objects.among(indicators).order_by().values("pk"),
        )


class Finding(models.Model):
    """核对提示: figures of a release that break a rule, with the sum, and what an editor decided about it."""

    release = models.ForeignKey(
        "stats.Release", models.CASCADE, related_name="findings", verbose_name=_("release"), editable=False
    )
    rule = models.ForeignKey(
        Rule, models.PROTECT, related_name="findings", verbose_name=_("validation rule"), editable=False
    )
    series = models.ForeignKey(
        "stats.Series", models.CASCADE, related_name="findings", verbose_name=_("series"), editable=False
    )
    time_period = models.CharField(_("period"), max_length=10, editable=False)
    #: In the language of the portal, as the figures stood.
    told = models.TextField(_("the sum"), editable=False)
    #: Of the numbers that took part: while they are the same, a decision holds.
    fingerprint = models.CharField(max_length=64, editable=False)
    holds = models.BooleanField(
        _("still so"), default=True, editable=False, help_text=_("No: the figures agree by now, or the rule is off.")
    )

    # Decision
    decision = models.CharField(_("what becomes of it"), max_length=8, choices=Decision, default=Decision.OPEN)
    comment = models.CharField(_("why"), max_length=300, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True, editable=False)

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("warning of the arithmetic")
        verbose_name_plural = _("warnings of the arithmetic")
        ordering = ["-release__released_on", "release", "series", "-time_period", "rule"]
        constraints = [
            models.UniqueConstraint(
                fields=["release", "rule", "series", "time_period"],
                name="stats_finding_slot",
                violation_error_message=_("This was found already."),
            ),
            models.CheckConstraint(
                condition=Q(decision=Decision.OPEN, comment="", decided_by=None, decided_at=None)
                | Q(
                    ~Q(comment=""),
                    decision__in=[Decision.ACCEPTED, Decision.MISTAKE],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
                name="stats_finding_decided_by_somebody",
                violation_error_message=_("A decision has a reason, and somebody who took it."),
            ),
        ]

    def __str__(self):
        return f"{self.rule} · {self.series} · {period_text(self.time_period)}"

    @property
    def is_decided(self):
        return self.decision != Decision.OPEN

    def decide(self, decision, comment, by, at=None):
        """Take the decision, or with ``Decision.OPEN`` take it back. Saved by the caller."""
        self.decision = decision
        is_open = decision == Decision.OPEN
        self.comment = "" if is_open else comment
        self.decided_by = None if is_open else by
        self.decided_at = None if is_open else at or timezone.now()
