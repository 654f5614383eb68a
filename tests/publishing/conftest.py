import pytest
from django.contrib.auth.models import Group

from tests.factories import (
    ColumnFactory,
    StaffFactory,
)

from .office import editor_in


@pytest.fixture
def chief(client):
    user = StaffFactory(name="周远", language="en")
    client.force_login(user)
    return user


@pytest.fixture
def desks(client):
    """A column of a group, another of another group; an editor of the first."""
    ours, theirs = Group.objects.create(name="我们"), Group.objects.create(name="他们")
    open_column, closed_column = ColumnFactory(), ColumnFactory()
    open_column.editors.add(ours)
    closed_column.editors.add(theirs)
    client.force_login(editor_in(ours))
    return open_column, closed_column
