"""How values, counts and partial dates look. A bound never looks like an exact number."""

from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.translation import get_language, gettext, pgettext

from portal.vocabulary import dates
from portal.vocabulary.quantities import Multiplier, Qualifier

register = template.Library()

#: English has words for these powers of ten; 万 and 亿 are said in the nearest smaller of them.
ENGLISH = {12: "trillion", 9: "billion", 6: "million", 3: "thousand"}
MINUS = "\u2212"


@register.filter
def quantity(value):
    """A Quantity (observation, amount) as HTML: number, multiplier and unit in the words of its qualifier.

    Chinese readers get the source's own words where ``printed`` has them. An exact value is a <data> element with the
    value in base units; everything else has the class ``bound`` and says in its title what kind of bound it is.
    """
    if not value.has_value:
        return missing()
    qualifier = Qualifier(value.qualifier)
    before, number, unit, after = _pieces(value, qualifier)
    if value.printed and _in_chinese() and not (qualifier.is_bound and value.printed == number + unit):
        body = format_html("{}", value.printed)
    else:
        body = _spelled(before, number, unit, after)
    if qualifier.is_bound:
        note = gettext("Not an exact number: %s") % qualifier.label
        return format_html('<span class="quantity bound" title="{}">{}</span>', note, body)
    return format_html('<data class="quantity" value="{}">{}</data>', _base(value), body)


@register.filter
def quantity_text(value):
    """The same as plain text, for titles, descriptions and labels."""
    if not value.has_value:
        return "—"
    if value.printed and _in_chinese():
        return value.printed
    return "".join(_pieces(value, Qualifier(value.qualifier)))


@register.filter
def unit_text(value):
    """The unit in which a series or a quantity is shown, with its multiplier: 亿元, 万人."""
    return unit_in_words(value.unit, value.unit_mult)


def unit_in_words(unit, unit_mult):
    """The same of a Unit and a power of ten."""
    sign = Multiplier(unit_mult).sign
    return f"{sign}{unit.symbol}" if _in_chinese() else f"{sign} {unit.label}".strip()


@register.filter
def pieces(counted, noun):
    """A Count in words: 97家, 逾60项. ``noun`` is the measure word; empty text where nothing was counted."""
    if counted.count is None:
        return ""
    gap = "" if _in_chinese() else " "
    return Qualifier(counted.count_qualifier).wrap(f"{counted.count}{gap}{noun}")


@register.filter
def partial_date(value):
    """A partial date as <time>, as precise as it is known: 2020年7月; empty text where nobody says."""
    return format_html('<time datetime="{}">{}</time>', value, dates.as_text(value)) if value else ""


def missing():
    """What stands where a figure is missing: a dash that says so."""
    return format_html('<span class="missing" title="{}">—</span>', gettext("No figure was published"))


def digits(number, decimals):
    """``number`` with at least ``decimals`` places and never fewer than it has: nothing is rounded away."""
    return _digits(number, decimals, _in_chinese())


def _digits(number, decimals, in_chinese):
    number = Decimal(str(number))
    places = max(decimals, -number.normalize().as_tuple().exponent)
    grouped = "" if in_chinese else ","  # Statistical communiqués print 1401879亿元 without separators.
    return f"{number:{grouped}.{places}f}".replace("-", MINUS)


def _pieces(value, qualifier):
    """Words before, number, unit, words after."""
    ends = [value.mantissa] if value.mantissa is not None else [value.value_low, value.value_high]
    ends = [Decimal(str(end)) for end in ends]
    if in_chinese := _in_chinese():
        decimals, unit = value.decimals, Multiplier(value.unit_mult).sign + value.unit.symbol
    else:
        ends, decimals, unit = _in_english(value, ends)
    shown = [_digits(end, decimals, in_chinese) for end in ends]
    if len(shown) == 2 and unit == "%":
        shown[0] += unit  # 3%—5%: without the first sign the range reads as 3 to 5%
    number = shown[0]
    if len(shown) == 2:
        number = pgettext("quantity", "%(low)s–%(high)s") % {"low": shown[0], "high": shown[1]}
    before, after = qualifier.words
    return before, number, unit, after


def _in_english(value, ends):
    largest = max(abs(end) for end in ends).scaleb(value.unit_mult)
    power = next((power for power in ENGLISH if largest >= 10**power), 0) if value.unit_mult else 0
    ends = [end.scaleb(value.unit_mult - power) for end in ends]
    name = value.unit.symbol if value.unit.symbol.isascii() else value.unit.label
    words = " ".join(word for word in (ENGLISH.get(power), name) if word)
    decimals = value.decimals if power == value.unit_mult else 0  # 1000万 is 10 million, not 10.00
    return ends, decimals, words if words == "%" else f" {words}"


def _spelled(before, number, unit, after):
    parts = [
        format_html('<span class="qualifier">{}</span>', before) if before else "",
        format_html('<span class="number">{}</span>', number),
        format_html('<span class="unit">{}</span>', unit) if unit else "",
        format_html('<span class="qualifier">{}</span>', after) if after else "",
    ]
    return format_html("{}{}{}{}", *parts)


def _base(value):
    return f"{Decimal(str(value.mantissa)).scaleb(value.unit_mult).normalize():f}"


def _in_chinese():
    return (get_language() or "zh").startswith("zh")
