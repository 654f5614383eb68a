"""Administrative divisions by GB/T 2260 and their history, groups such as 成渝地区双城经济圈, and other places."""

import re
from collections import defaultdict

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .dates import PartialDateField
from .names import localized


class RegionQuerySet(models.QuerySet):
    def current(self):
        """Those in force; a former holder of a code is history."""
        return self.filter(valid_to="")

    def within(self, *regions):
        """``regions`` and everything below them; for a group, its members and everything below them.

        Members are those of today, and those whose membership ended only because they themselves did.
        """
        # Four levels and no more (nation, province, prefecture, county): a recursive query would cost more, say less.
        groups = [region.pk for region in regions if region.kind == RegionKind.GROUP]
        others = [region.pk for region in regions if region.kind != RegionKind.GROUP]
        return self.filter(Q(pk__in=others) | _below(others) | (_inside(groups) if groups else Q()))

    def holders(self, pks):
        """The inverse of ``within``: for each of these primary keys, those of the regions and groups it lies within."""
        above = ("pk", "parent", "parent__parent", "parent__parent__parent")
        lines = {line[0]: {pk for pk in line if pk} for line in self.filter(pk__in=pks).values_list(*above)}
        groups = defaultdict(set)
        members = GroupMember.objects.filter(STAYED, member__in=set().union(*lines.values()))
        for member, group in members.values_list("member", "group"):
            groups[member].add(group)
        return {pk: line.union(*(groups[one] for one in line)) for pk, line in lines.items()}

    def parts_of(self, region):
        """The regions that are part of ``region`` today; of a group, its members."""
        if region.kind == RegionKind.GROUP:
            return self.filter(groups__in=region.memberships.filter(valid_to="")).select_related("parent")
        return self.current().filter(parent=region)

    def at(self, address):
        """The regions that an address names: a code in force, or code and last year (500105-2025).

        More than one only where a code passed on twice within that year; the last holder comes first.
        """
        code, _dash, year = address.rpartition("-")
        former = Q(code=code, valid_to__startswith=year) & ~Q(valid_to="") if len(year) == 4 else Q(pk=None)
        return self.filter(Q(code=address, valid_to="") | former).order_by("-valid_to")


#: Memberships of today, and those that ended only because the member itself did.
STAYED = Q(valid_to="") | Q(valid_to=F("member__valid_to"))


def _below(above):
    """What has one of ``above`` as its parent, grandparent or further up."""
    return Q(parent__in=above) | Q(parent__parent__in=above) | Q(parent__parent__parent__in=above)


def _inside(groups):
    members = GroupMember.objects.filter(STAYED, group__in=groups).values("member")
    return Q(pk__in=groups) | Q(pk__in=members) | _below(members)


#: What divisions call themselves, at the end of their names.
DESIGNATION = re.compile(r"(特别行政区|自治[区州县旗]|地区|林区|[省市区县旗盟])\Z")


class RegionKind(models.TextChoices):
    NATION = "nation", _("nation")
    PROVINCE = "province", _("province")
    PREFECTURE = "prefecture", _("prefecture")
    COUNTY = "county", _("county")
    GROUP = "group", _("group of regions")
    OTHER = "other", _("other place")


class Region(models.Model):
    """One row for each holder of a code: when a code passes to another division, that is another row."""

    # Identity
    code = models.CharField(_("code"), max_length=24, help_text=_("GB/T 2260: 500153; groups have letters: CYEC."))
    kind = models.CharField(_("kind"), max_length=12, choices=RegionKind)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name=_("part of"), related_name="parts"
    )

    # Names
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    short_name = models.CharField(_("short name"), max_length=20, blank=True, help_text=_("渝, 川, 荣昌"))
    aliases = models.CharField(_("other names"), max_length=300, blank=True, help_text=_("Separated by 、"))

    # Time
    valid_from = PartialDateField(_("valid from"))
    valid_to = PartialDateField(_("valid to"), help_text=_("The last year or day in force; empty while it is."))
    successors = models.ManyToManyField(
        "self", symmetrical=False, through="Succession", related_name="predecessors", verbose_name=_("successors")
    )

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["code", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(valid_to=""),
                name="vocabulary_region_code_in_force",
                violation_error_message=_("Another region in force has this code. End that one first (“valid to”)."),
            ),
            models.UniqueConstraint(
                fields=["code", "valid_to"],
                name="vocabulary_region_address",
                violation_error_message=_("A former region with this code ended at the same time."),
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("pk")),
                name="vocabulary_region_not_its_own_parent",
                violation_error_message=_("A region cannot be part of itself."),
            ),
        ]
        indexes = [models.Index(fields=["name"], name="vocabulary_region_name")]

    def __str__(self):
        return self.name if not self.valid_to else f"{self.name}（—{self.valid_to[:4]}）"

    def clean(self):
        super().clean()
        try:
            validate_slug(self.code)  # it is a part of addresses
        except ValidationError:
            raise ValidationError({"code": _("Latin letters, digits, hyphens.")}) from None

    def get_absolute_url(self):
        return reverse("region", args=[self.address])

    @property
    def address(self):
        """Its part of an address: the code, with the last year where it is no longer in force."""
        return f"{self.code}-{self.valid_to[:4]}" if self.valid_to else self.code

    @property
    def label(self):
        return localized(self)

    @property
    def designation(self):
        """What it calls itself: 区, 县, 自治县; "" where its name does not say."""
        found = DESIGNATION.search(self.name)
        return found[0] if found else ""

    @property
    def ancestors(self):
        """What it is part of, the nearest first. Select ``parent__parent__parent`` before asking."""
        return [self.parent, *self.parent.ancestors] if self.parent else []


class Succession(models.Model):
    """What became of a region: the whole of it, or a part, went into another one."""

    class Share(models.TextChoices):
        WHOLE = "whole", _("the whole")
        PART = "part", _("a part")

    predecessor = models.ForeignKey(Region, models.CASCADE, related_name="successions", verbose_name=_("predecessor"))
    successor = models.ForeignKey(Region, models.PROTECT, related_name="origins", verbose_name=_("successor"))
    share = models.CharField(_("share"), max_length=5, choices=Share, default=Share.WHOLE)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    document_no = models.CharField(_("document number"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        ordering = ["year", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor"],
                name="vocabulary_succession_once",
                violation_error_message=_("This successor is already named."),
            ),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")),
                name="vocabulary_succession_to_another",
                violation_error_message=_("A region cannot succeed itself."),
            ),
        ]

    def __str__(self):
        return f"{self.predecessor} → {self.successor}"


class GroupMember(models.Model):
    """A region belongs to a group for a time."""

    group = models.ForeignKey(
        Region,
        models.CASCADE,
        related_name="memberships",
        limit_choices_to={"kind": RegionKind.GROUP},
        verbose_name=_("group of regions"),
    )
    member = models.ForeignKey(Region, models.PROTECT, related_name="groups", verbose_name=_("member"))
    valid_from = PartialDateField(_("valid from"))
    valid_to = PartialDateField(_("valid to"))
    note = models.CharField(_("note"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("group member")
        verbose_name_plural = _("group members")
        constraints = [
            models.UniqueConstraint(
                fields=["group", "member", "valid_to"],
                name="vocabulary_groupmember_once",
                violation_error_message=_("This region is already a member."),
            )
        ]

    def __str__(self):
        return f"{self.group} ∋ {self.member}"
