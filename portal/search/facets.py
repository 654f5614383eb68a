"""Facets: what a list can be narrowed to, each value with the exact length of the list that it leads to.

Several values of one facet are "or"; different facets are "and". The number at a value is the length of the list with
that value alone in its facet and all other filters kept.
"""

from collections import Counter
from dataclasses import dataclass, field

import django_filters
from django import forms
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Aggregate, BigIntegerField, CharField, Count, F, OuterRef, Subquery
from django.utils.translation import gettext_lazy as _
from django_filters import fields


class Joined(Aggregate):
    """All values of a relation in one text, with commas between."""

    function = "GROUP_CONCAT"
    output_field = CharField()

    def as_postgresql(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, template="STRING_AGG((%(expressions)s)::text, ',')", **context)


def joined(rows, owner, lookup):
    """For each row of an outer query: the values at ``lookup`` of the ``rows`` whose ``owner`` it is, as one text."""
    mine = rows.filter(**{owner: OuterRef("pk")}).order_by().values(owner)
    return Subquery(mine.annotate(joined=Joined(lookup)).values("joined"))


def crosses_many(model, lookup):
    """Whether a row of ``model`` may have several values at ``lookup``."""
    for part in lookup.split("__"):
        try:
            relation = model._meta.get_field(part)
        except FieldDoesNotExist:  # a transform, or a column of the query
            return False
        if relation.many_to_many or relation.one_to_many:
            return True
        model = relation.related_model or model
    return False


def held(model, lookup):
    """An expression for what a row of ``model`` has at ``lookup``: one value, or many with commas between."""
    return joined(model._base_manager.all(), "pk", lookup) if crosses_many(model, lookup) else F(lookup)


@dataclass
class Value:
    """One value of a facet: how it stands in an address, in words, and how many rows it leads to."""

    value: str
    label: str
    count: int
    chosen: bool
    children: list = field(default_factory=list)

    @property
    def is_open(self):
        """Whether something below it is chosen."""
        return any(child.chosen or child.is_open for child in self.children)


@dataclass
class FacetBox:
    """A facet as its box shows it. ``values`` come in the order to be read, the parts of a tree as ``children``."""

    name: str
    label: str
    values: list
    errors: list
    #: How many values there are beyond ``values``.
    left_out: int = 0

    #: More than anybody reads: the text field finds what is not among them.
    MOST = 200
    #: Values that are shown before "more".
    FIRST = 8

    @property
    def is_chosen(self):
        return any(value.chosen or value.is_open for value in self.values)

    @property
    def first(self):
        return self.values[: self.FIRST]

    @property
    def rest(self):
        return self.values[self.FIRST :]

    @property
    def rest_is_open(self):
        return any(value.chosen or value.is_open for value in self.rest)


class FacetMixin:
    """A filter that is a facet. Its FilterSet says where rows hold their values (``holdings``, ``having``)."""

    def filter(self, queryset, chosen):
        return self.parent.having(queryset, self.field_name, self.wanted(chosen)) if chosen else queryset

    def wanted(self, chosen):
        """The values that a row may have, one of which it must: the chosen ones, and what lies within them."""
        return chosen

    def reached(self, values):
        """For each value that rows have: the values of the facet that find it."""
        return {value: [value] for value in values}

    def counts(self, rows):
        """The number of ``rows`` that each value of the facet finds. One query, whatever the number of rows."""
        holdings = {f"held_{n}": one for n, one in enumerate(self.parent.holdings(self.field_name))}
        rows = rows.order_by().select_related(None).prefetch_related(None).annotate(**holdings)
        kinds = []
        for *texts, n in rows.values_list(*holdings).annotate(facet_rows=Count("pk")):
            values = {value for text in texts if text not in (None, "") for value in str(text).split(",")}
            kinds.append((values, n))
        reached = self.reached({value for values, _n in kinds for value in values})
        counts = Counter()
        for values, n in kinds:
            for value in {found for one in values for found in reached.get(one, ())}:
                counts[value] += n
        return counts

    def in_words(self, chosen):
        """Each of the ``chosen`` values as an address has it and as it is said."""
        return [(one.value, one.label) for one in self.offered(Counter(), chosen)]

    def facet(self, rows, chosen, errors):
        """The facet as its box shows it: ``rows`` are those that all the other filters leave."""
        values = self.offered(self.counts(rows), chosen or [])
        shown = values[: FacetBox.MOST] + [value for value in values[FacetBox.MOST :] if value.chosen]
        return FacetBox(self.field_name, self.label, shown, errors, len(values) - len(shown))


#: Values of one facet that an address may hold: more than anybody ticks, and few enough to be asked for.
MOST_CHOSEN = 50


def check_number(values):
    """Raise ``ValidationError`` where there are more ``values`` than can be chosen in one facet."""
    if len(values) > MOST_CHOSEN:
        raise forms.ValidationError(_("Choose at most %(most)s values here."), "too_many", {"most": MOST_CHOSEN})


class ChoiceFacet(FacetMixin, django_filters.MultipleChoiceFilter):
    """The values of a code list, in its order."""

    def offered(self, counts, chosen):
        return [
            Value(value, label, counts[value], value in chosen)
            for value, label in self.field.choices
            if counts[value] or value in chosen
        ]


class YearField(forms.TypedMultipleChoiceField):
    """Whole years, as a date has them."""

    default_error_messages = {"invalid": _("“%(value)s” is not a year. Write it with four digits: 2023.")}

    def valid_value(self, value):
        return len(value) == 4 and value.isascii() and value.isdigit() and value != "0000"

    def validate(self, value):
        check_number(value)
        for one in value:
            if not self.valid_value(one):
                raise forms.ValidationError(self.error_messages["invalid"], "invalid", {"value": one})


class YearFacet(FacetMixin, django_filters.Filter):
    """Years, the newest first."""

    field_class = YearField

    def offered(self, counts, chosen):
        years = sorted({*counts, *chosen}, reverse=True)
        return [Value(year, year, counts[year], year in chosen) for year in years]


class NamesField(fields.ModelMultipleChoiceField):
    """Refuses what no database would take for a name: numbers beyond its integers, and NUL."""

    def _check_values(self, value):
        check_number(value)
        for one in value:
            if "\x00" in one or (not self.to_field_name and len(one) > len(str(BigIntegerField.MAX_BIGINT)) - 1):
                raise forms.ValidationError(self.error_messages["invalid_choice"], "invalid_choice", {"value": one})
        return super()._check_values(value)


class NameFacet(FacetMixin, django_filters.ModelMultipleChoiceFilter):
    """Names that records share; those with the most rows first. Rows hold primary keys."""

    field_class = NamesField

    def reached(self, values):
        return {value: [int(value)] for value in values}

    def offered(self, counts, chosen):
        chosen = {one.pk for one in chosen}
        names = self.field.queryset.filter(pk__in={*counts, *chosen})
        return self.arranged([(one, self.value(one, counts[one.pk], one.pk in chosen)) for one in names])

    def in_words(self, chosen):
        return [(value.value, value.label) for value in (self.value(one, 0, True) for one in chosen)]

    def value(self, one, count, chosen):
        return Value(str(getattr(one, self.field.to_field_name or "pk")), one.label, count, chosen)

    def arranged(self, values):
        """Pairs of a name and its value, in the order of the names, as the facet shows them."""
        return sorted((value for _one, value in values), key=lambda value: -value.count)


class TreeFacet(NameFacet):
    """Names that lie within one another: choosing one means everything within it."""

    def wanted(self, chosen):
        return self.field.queryset.model.objects.within(*chosen)

    def reached(self, values):
        return {str(pk): holders for pk, holders in self.field.queryset.model.objects.holders(map(int, values)).items()}

    def arranged(self, values):
        below = {one.pk: value for one, value in values}
        roots = []
        for one, value in values:
            (below[one.parent_id].children if one.parent_id in below else roots).append(value)
        return roots
