"""Beside the figure that counts: why it counts, and whether the others contradict it at all."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.vocabulary.models import Organization
from stats.claims import preferred, standing
from stats.models import Observation, Release
from tests.factories import ObservationFactory, OrganizationFactory, ReleaseFactory, SeriesFactory


def said(number, qualifier="exact", *, rank=1, day="2023-03-01", source="统计局", decimals=0, unit=1, power=8):
    release = Release(rank=rank, released_on=dt.date.fromisoformat(day), source=Organization(name=source))
    return Observation(
        release=release, mantissa=Decimal(number), qualifier=qualifier, unit_id=unit, unit_mult=power, decimals=decimals
    )


def only(*figures):
    first, (other,) = standing(figures)
    return first, other


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def test_no_figures_have_no_standing():
    assert standing([]) == (None, [])


def test_official_goes_before_other_and_other_before_press():
    press, other, official = said(1, rank=3, day="2024-01-01"), said(1, rank=2), said(1, day="2020-01-01")

    first, others = standing([press, other, official])

    assert (first, [one.figure for one in others]) == (official, [other, press])
    assert others[0].reason == "official goes before other."
    assert others[1].reason == "official goes before press."


def test_of_one_rank_the_newer_release_goes_first():
    old, new = said(1), said(1, day="2024-03-01")

    first, other = only(old, new)

    assert (first, other.figure) == (new, old)
    assert other.reason == "Of the same rank, and released later: 2024-03-01 after 2023-03-01."


def test_of_one_day_the_name_of_the_source_decides_and_it_says_so():
    first, other = only(said(1, source="统计局"), said(2, source="政府"))

    assert (first.release.source.name, other.figure.release.source.name) == ("政府", "统计局")
    assert "order of the names" in other.reason


@pytest.mark.parametrize(
    ("claim", "conflicts"),
    [
        (said("1.74", power=12, decimals=2, rank=3), False),  # 1.735 to 1.745 trillion
        (said("1.75", power=12, decimals=2, rank=3), True),
        (said("17000", "over", rank=3), False),
        (said("17500", "over", rank=3), True),
        (said("17404.4", decimals=1, rank=3), False),
        (said("17404.5", decimals=1, rank=3), True),
        (said("17000", "about", rank=3), None),
        (said("17404.40", unit=2, rank=3), None),
    ],
)
def test_a_claim_conflicts_only_where_no_number_is_both(claim, conflicts):
    official = said("17404.40", decimals=2)

    first, other = only(official, claim)

    assert (first, other.conflicts) == (official, conflicts)
    assert other.words.startswith({False: "The two agree", True: "The two contradict", None: "Its words"}[conflicts])


@pytest.mark.django_db
@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3), st.sampled_from("甲乙丙")), min_size=1, unique=True))
def test_what_is_preferred_is_what_counts_as_of_the_day(releases):
    """The rule in hand is the one of the database; a source has one release a day."""
    series, sources = SeriesFactory(), {}
    for (day, name), rank in {(day, name): rank for rank, day, name in releases}.items():
        source = sources.setdefault(name, None) or OrganizationFactory(name=f"{name}局{series.pk}")
        sources[name] = source
        release = ReleaseFactory(rank=rank, released_on=dt.date(2023, 3, day), source=source)
        ObservationFactory(series=series, release=release)

    counting = Observation.objects.as_of().get(series=series)

    assert preferred(Observation.objects.filter(series=series).select_related("release__source")) == counting
