import pytest

from tests.factories import StaffFactory
from tests.publishing.office import member


@pytest.fixture
def chief(client):
    user = StaffFactory(language="en")
    client.force_login(user)
    return user


@pytest.fixture
def statistician(client):
    user = member("统计")
    client.force_login(user)
    return user
