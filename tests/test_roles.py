import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command

from portal.roles import ROLES

pytestmark = pytest.mark.django_db


def permissions():
    return {group.name: set(group.permissions.values_list("pk", flat=True)) for group in Group.objects.all()}


def test_the_command_makes_the_roles_and_gives_them_back_what_they_lost():
    call_command("make_roles")
    first = permissions()
    Group.objects.get(name="编辑").permissions.clear()

    call_command("make_roles")

    assert first.keys() == ROLES.keys()
    assert all(first.values())
    assert permissions() == first
