"""A value as it was printed. A bound is never an exact number, and 万 is never lost on the way."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Qualifier(models.TextChoices):
    """What the words around a number make of it: 接近 nearly, 突破 over, 以上 at least, 约 about."""

    EXACT = "exact", _("exact")
    ABOUT = "about", _("about (约)")
    NEARLY = "nearly", _("nearly (接近)")
    OVER = "over", _("over (逾、突破、余)")
    AT_LEAST = "at_least", _("at least (以上)")
    AT_MOST = "at_most", _("at most (以内)")
    UNDER = "under", _("under (不足)")
    RANGE = "range", _("range (…至…)")
    ORDER_OF_MAGNITUDE = "order_of_magnitude", _("order of magnitude (…级)")

    @property
    def is_bound(self):
        return self is not Qualifier.EXACT

    @property
    def words(self):
        """What stands before and after a number of this kind, in the language in use: ("接近", ""), ("", "以上")."""
        before, _slot, after = str(AROUND[self]).partition("%s")
        return before, after

    def wrap(self, text):
        """A number with its unit in the words of this qualifier: 1000万人 → 接近1000万人."""
        before, after = self.words
        return f"{before}{text}{after}"


AROUND = {
    Qualifier.EXACT: "%s",
    Qualifier.ABOUT: pgettext_lazy("quantity", "about %s"),
    Qualifier.NEARLY: pgettext_lazy("quantity", "nearly %s"),
    Qualifier.OVER: pgettext_lazy("quantity", "over %s"),
    Qualifier.AT_LEAST: pgettext_lazy("quantity", "%s or more"),
    Qualifier.AT_MOST: pgettext_lazy("quantity", "at most %s"),
    Qualifier.UNDER: pgettext_lazy("quantity", "under %s"),
    Qualifier.RANGE: "%s",
    Qualifier.ORDER_OF_MAGNITUDE: pgettext_lazy("quantity", "in the order of %s"),
}


class Multiplier(models.IntegerChoices):
    """SDMX UNIT_MULT: the power of ten in which a value is printed."""

    ONE = 0, _("1")
    THOUSAND = 3, _("thousand (千)")
    TEN_THOUSAND = 4, _("ten thousand (万)")
    MILLION = 6, _("million (百万)")
    HUNDRED_MILLION = 8, _("hundred million (亿)")
    TRILLION = 12, _("trillion (万亿)")

    @property
    def sign(self):
        """What is printed between number and unit: 万, 亿, 万亿."""
        return str(SIGNS[self])


SIGNS = {
    Multiplier.ONE: "",
    Multiplier.THOUSAND: pgettext_lazy("multiplier", "thousand"),
    Multiplier.TEN_THOUSAND: pgettext_lazy("multiplier", "ten thousand"),
    Multiplier.MILLION: pgettext_lazy("multiplier", "million"),
    Multiplier.HUNDRED_MILLION: pgettext_lazy("multiplier", "hundred million"),
    Multiplier.TRILLION: pgettext_lazy("multiplier", "trillion"),
}


def base_value(number, power):
    """A decimal in units of 10^``power`` as a float in base units."""
    return float(number.scaleb(power))


class BaseValueField(models.FloatField):
    """mantissa × 10^unit_mult, kept for sorting and comparing only; written at every save, ``bulk_create`` too."""

    def __init__(self, *args, **kwargs):
        kwargs |= {"null": True, "editable": False, "db_index": False}
        super().__init__(*args, **kwargs)

    def pre_save(self, instance, add):
        shown = instance.mantissa if instance.mantissa is not None else instance.value_low
        value = None if shown is None else base_value(Decimal(str(shown)), instance.unit_mult)
        setattr(instance, self.attname, value)
        return value


#: The decimal places of every value in the database, printed or not.
PLACES = 5


class PrintedNumberField(models.DecimalField):
    """A decimal that a form shows without the zeros that only the database has added."""

    def value_from_object(self, obj):
        value = super().value_from_object(obj)
        is_number = isinstance(value, Decimal) and value.is_finite()
        return Decimal(f"{value.normalize():f}") if is_number else value

    def deconstruct(self):
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.DecimalField", args, kwargs


def _decimal(label, **kwargs):
    # SQLite keeps decimals as REAL: 15 significant digits survive, more would be altered silently.
    return PrintedNumberField(label, max_digits=15, decimal_places=PLACES, null=True, blank=True, **kwargs)


def places_of(number):
    """The decimal places of ``number`` as it was typed: 2 of 28771.80; zeros that the database added do not count."""
    places = -number.as_tuple().exponent
    return max(0, places if places < PLACES else -number.normalize().as_tuple().exponent)


class Quantity(models.Model):
    """The value block of an observation or an amount: the number, its unit, and the words around it."""

    mantissa = _decimal(_("value"), help_text=_("As printed: 1.74 for 1.74万亿元."))
    unit = models.ForeignKey("vocabulary.Unit", models.PROTECT, verbose_name=_("unit"), related_name="+")
    unit_mult = models.SmallIntegerField(_("multiplier"), choices=Multiplier, default=Multiplier.ONE)
    decimals = models.PositiveSmallIntegerField(_("decimals"), default=0, help_text=_("Decimal places as printed."))
    qualifier = models.CharField(_("qualifier"), max_length=20, choices=Qualifier, default=Qualifier.EXACT)
    value_low = _decimal(_("from"), help_text=_("Only for a range."))
    value_high = _decimal(_("to"), help_text=_("Only for a range."))
    printed = models.CharField(
        _("as printed"), max_length=60, blank=True, help_text=_("The source's own words: 逾1000亩.")
    )
    value_base = BaseValueField(_("value in base units"))

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(
                        qualifier=Qualifier.RANGE,
                        mantissa=None,
                        value_low__isnull=False,
                        value_high__isnull=False,  # or the comparison is unknown, and unknown is no refusal
                        value_high__gt=models.F("value_low"),
                    )
                    | (~Q(qualifier=Qualifier.RANGE) & Q(value_low=None, value_high=None))
                ),
                name="%(app_label)s_%(class)s_range_has_two_ends",
                violation_error_message=_(
                    "A range needs “from” and “to”, the smaller first, and no single value; "
                    "any other value needs neither “from” nor “to”."
                ),
            ),
            models.CheckConstraint(
                condition=Q(unit_mult__in=Multiplier.values),
                name="%(app_label)s_%(class)s_known_multiplier",
                violation_error_message=_("Choose the multiplier from the list."),
            ),
            models.CheckConstraint(
                condition=Q(qualifier__in=Qualifier.values),
                name="%(app_label)s_%(class)s_known_qualifier",
                violation_error_message=_("Choose the qualifier from the list."),
            ),
            models.CheckConstraint(
                condition=Q(decimals__lte=5),
                name="%(app_label)s_%(class)s_five_decimals",
                violation_error_message=_("A value has at most five decimal places."),
            ),
        ]

    def clean(self):
        super().clean()
        for number in (self.mantissa, self.value_low, self.value_high):
            if isinstance(number, Decimal) and number.is_finite():
                # Never round an editor's number away: what was typed has its decimals, whatever the field said.
                self.decimals = max(self.decimals, places_of(number))

    @property
    def has_value(self):
        return self.mantissa is not None or self.value_low is not None

    @property
    def limits(self):
        """The least and the most that the number can be, None where its words set no limit (约, …级)."""
        if self.qualifier in {Qualifier.OVER, Qualifier.AT_LEAST}:
            return self.mantissa, None
        if self.qualifier in {Qualifier.NEARLY, Qualifier.UNDER, Qualifier.AT_MOST}:
            return None, self.mantissa
        if self.qualifier == Qualifier.EXACT:
            return self.mantissa, self.mantissa
        return self.value_low, self.value_high


class Count(models.Model):
    """A number of pieces that may be a bound: 97家, 60余个. Empty where it stands for one thing."""

    count = models.PositiveIntegerField(_("count"), null=True, blank=True)
    count_qualifier = models.CharField(
        _("qualifier of the count"), max_length=20, choices=Qualifier, default=Qualifier.EXACT
    )

    class Meta:
        abstract = True

    def clean(self):
        super().clean()
        if self.count is None and self.count_qualifier != Qualifier.EXACT:
            raise ValidationError({"count": _("Give the number that is “%s”.") % self.get_count_qualifier_display()})
