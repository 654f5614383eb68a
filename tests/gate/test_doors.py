"""Every address of the URLconf belongs to one door; what guards a new one is said before it is merged."""

from collections import Counter

from django.urls import path
from django.views import View

from .doors import DOORS, addresses


def doors_of():
    return Counter(address for of_door in DOORS.values() for address in of_door)


def test_every_address_belongs_to_one_door_and_every_door_leads_somewhere():
    assert doors_of() == Counter(dict.fromkeys(addresses(), 1))


def test_an_address_that_nobody_thought_of_has_no_door():
    new = [path("side/", View.as_view()), path("<int:pk>/", View.as_view())]

    assert [one for one in addresses(new, "back/") if one not in doors_of()] == ["back/side/", "back/<int:pk>/"]
