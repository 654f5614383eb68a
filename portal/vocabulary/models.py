"""The names that all kinds of record share."""

from functools import reduce
from operator import or_

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from pypinyin import lazy_pinyin

from .names import localized
from .regions import GroupMember, Region, RegionKind, Succession

__all__ = ["Column", "GroupMember", "Organization", "Region", "RegionKind", "Succession", "Topic", "Unit"]


#: How deep a tree is: as deep as menus and filters can show, and as the rights of a column reach.
LEVELS = 3


class TreeQuerySet(models.QuerySet):
    def within(self, *nodes):
        """``nodes`` and what lies below them, LEVELS deep."""
        pks = [node.pk for node in nodes]
        return self.filter(Q(pk__in=pks) | Q(parent__in=pks) | Q(parent__parent__in=pks))

    def holders(self, pks):
        """The inverse of ``within``: for each of these primary keys, those of the nodes it lies within, itself too."""
        lines = self.filter(pk__in=pks).values_list("pk", "parent", "parent__parent")
        return {line[0]: {pk for pk in line if pk} for line in lines}


class Tree(models.Model):
    """A named node with a place in an address and, perhaps, one above it."""

    slug = models.SlugField(_("address"), max_length=60, unique=True, help_text=_("Latin letters, digits, hyphens."))
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = TreeQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["position", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("pk")),
                name="%(app_label)s_%(class)s_not_its_own_parent",
                violation_error_message=_("Nothing can be part of itself."),
            )
        ]

    def __str__(self):
        return self.name

    def clean(self):
        super().clean()
        self._check_place()

    def save(self, *args, **kwargs):
        # Not only in forms: at a fourth level nothing is inherited, and what a column closes would be open.
        self._check_place()
        super().save(*args, **kwargs)

    @property
    def label(self):
        return localized(self)

    def _check_place(self):
        """Raise ValidationError where it lies within what is part of it, or its tree gets deeper than LEVELS."""
        if self.parent_id in (None, self.pk):  # part of itself: the constraint says so
            return
        above = []
        while (node := above[-1].parent if above else self.parent) and len(above) < LEVELS:
            if node.pk == self.pk:
                raise ValidationError(_("“%s” is part of this already: choose another one.") % self.parent)
            above.append(node)
        if len(above) + self._height() > LEVELS:
            raise ValidationError(_("There are at most three levels, one part of another. Choose one further up."))

    def _height(self):
        """How many levels it makes itself, with what lies below it."""
        below = type(self)._base_manager.filter(parent__isnull=False)
        deep = [self.pk and below.filter(**{key: self.pk}).exists() for key in ("parent", "parent__parent")]
        return 1 + sum(map(bool, deep))


class Topic(Tree):
    """What a record is about, independent of where it is published."""

    class Meta(Tree.Meta):
        verbose_name = _("topic")
        verbose_name_plural = _("topics")

    def get_absolute_url(self):
        return reverse("topic", args=[self.slug])


class ColumnQuerySet(TreeQuerySet):
    """A column that names nobody for anything is as the one it is part of."""

    #: The roles in which a column may name groups.
    ROLES = ("editors", "reviewers", "publishers")

    def open_to(self, user):
        """Columns whose unpublished records ``user`` may see: those that name nobody, and those of their groups."""
        return self if user.is_superuser else self._held_where(_seen_by(user))

    def allowing(self, user, role):
        """Columns in which ``user`` may act as ``role``, one of ROLES: among those open to them, the ones that name
        nobody for it, or them.
        """
        if user.is_superuser:
            return self
        return self._held_where(_seen_by(user) & (~_named(role) | _named(role, user)))

    def _held_where(self, condition):
        """Those of whose holder ``condition`` is true. The holder is the column whose groups count: the nearest that
        names any, itself or above it; where none does, itself.
        """
        above = [When(**{f"{key}__in": _naming()}, then=F(key)) for key in ("pk", "parent", "parent__parent")]
        holder = Case(*above, default=F("pk"), output_field=models.BigIntegerField())
        # Asked of one row: each mention of the holder writes the search for it into the query anew.
        return self.alias(holder=holder).filter(
            Exists(self.model._default_manager.filter(condition, pk=OuterRef("holder")))
        )


def _naming():
    """Primary keys of the columns that name a group for any role."""
    first, *others = (getattr(Column, role).through.objects.values("column") for role in ColumnQuerySet.ROLES)
    return first.union(*others)


def _seen_by(user):
    """Whether a column that names any names a group of ``user``, for whatever role, or names nobody."""
    return ~Q(pk__in=_naming()) | _any(_named(role, user) for role in ColumnQuerySet.ROLES)


def _named(role, user=None):
    """Whether a column names a group for ``role``: any, or one of ``user``'s."""
    rows = getattr(Column, role).through.objects.filter(column=OuterRef("pk"))
    return Q(Exists(rows.filter(group__in=user.groups.values("pk")) if user else rows))


def _any(conditions):
    return reduce(or_, conditions)


class Column(Tree):
    """栏目: where a record is published, how many reviews that takes, and who may do what there."""

    description = models.CharField(_("description"), max_length=200, blank=True)
    review_levels = models.PositiveSmallIntegerField(
        pgettext_lazy("column", "reviews"),
        default=0,
        validators=[MaxValueValidator(3)],
        help_text=_("初审, 复审, 终审: 0 to 3."),
    )
    editors = models.ManyToManyField(Group, blank=True, related_name="+", verbose_name=_("may edit"))
    reviewers = models.ManyToManyField(Group, blank=True, related_name="+", verbose_name=_("may review"))
    publishers = models.ManyToManyField(Group, blank=True, related_name="+", verbose_name=_("may publish"))

    objects = ColumnQuerySet.as_manager()

    class Meta(Tree.Meta):
        verbose_name = _("column")
        verbose_name_plural = _("columns")
        constraints = [
            *Tree.Meta.constraints,
            models.CheckConstraint(
                condition=Q(review_levels__lte=3),
                name="vocabulary_column_three_reviews",
                violation_error_message=_("There are at most three reviews."),
            ),
        ]

    def get_absolute_url(self):
        return reverse("column", args=[self.slug])


class OrganizationQuerySet(models.QuerySet):
    def called(self, name):
        """The organization that bears ``name``: in full, as its short name, or as one of its other names; or None."""
        among = Q(short_name=name) | Q(aliases=name) | Q(aliases__startswith=f"{name}、")
        among |= Q(aliases__endswith=f"、{name}") | Q(aliases__contains=f"、{name}、")
        return self.filter(name=name).first() or self.filter(among).first()

    def matching(self, text):
        """Organizations with ``text`` in one of their names, or whose name in pinyin begins with it."""
        names = ("name", "short_name", "aliases", "name_en")
        among = Q(pinyin__startswith="".join(text.split()).casefold())
        for name in names:
            among |= Q(**{f"{name}__icontains": text})
        return self.filter(among)


class Organization(models.Model):
    """Whoever signs, publishes or supervises: one row, whatever it does. A city that signs is of kind “place”."""

    class Kind(models.TextChoices):
        GOVERNMENT = "government", _("government")
        PLACE = "place", _("place")
        CHAMBER = "chamber", _("chamber of commerce")
        COMPANY = "company", _("company")
        UNIVERSITY = "university", _("university or institute")
        STATISTICS = "statistics", _("statistics office")
        MEDIA = "media", _("media")
        ASSOCIATION = "association", _("association")
        OTHER = "other", _("other")

    name = models.CharField(
        _("name"),
        max_length=120,
        unique=True,
        error_messages={"unique": _("An organization of this name exists. Choose it instead of making it again.")},
    )
    short_name = models.CharField(_("short name"), max_length=40, blank=True)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    aliases = models.CharField(_("other names"), max_length=300, blank=True, help_text=_("Separated by 、"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.OTHER)
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="organizations", verbose_name=_("region")
    )
    url = models.URLField(_("website"), blank=True)
    #: Chinese sorts differently in every database; its pinyin sorts alike in all, and is what editors type first.
    pinyin = models.CharField(max_length=400, editable=False, db_index=True, default="")

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        ordering = ["pinyin", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="place") | Q(region__isnull=False),
                name="vocabulary_organization_place_has_region",
                violation_error_message=_("A place that signs needs its region."),
            )
        ]

    def __str__(self):
        return self.name

    def save(self, **kwargs):
        self.pinyin = "".join(lazy_pinyin(self.name)).casefold()[:400]
        super().save(**kwargs)

    def get_absolute_url(self):
        return reverse("organization", args=[self.pk])

    @property
    def label(self):
        return localized(self)


class Unit(models.Model):
    """What is counted: 元, 人, 亩. 万 and 亿 are multipliers of a value, never units."""

    class Dimension(models.TextChoices):
        CURRENCY = "currency", _("currency")
        PEOPLE = "people", _("people")
        COUNT = "count", _("count")
        AREA = "area", _("area")
        LENGTH = "length", _("length")
        MASS = "mass", _("mass")
        ENERGY = "energy", _("energy")
        TIME = "time", _("time")
        SHARE = "share", _("share")
        OTHER = "other", _("other")

    code = models.CharField(_("code"), max_length=12, unique=True, help_text=_("SDMX or ISO: CNY, PS, PT."))
    symbol = models.CharField(_("symbol"), max_length=20)
    name = models.CharField(_("name"), max_length=40)
    name_en = models.CharField(_("English name"), max_length=40, blank=True)
    dimension = models.CharField(_("dimension"), max_length=10, choices=Dimension)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["dimension", "code"]

    def __str__(self):
        return self.symbol

    @property
    def label(self):
        return localized(self)
