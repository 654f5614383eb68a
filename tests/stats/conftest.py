import pytest

from tests.factories import OrganizationFactory, RegionFactory, StaffFactory
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


@pytest.fixture
def names():
    nation = RegionFactory(code="100000", name="中华人民共和国", short_name="全国", kind="nation")
    RegionFactory(code="500000", name="重庆市", short_name="渝", aliases="重庆", parent=nation)
    RegionFactory(code="510000", name="四川省", short_name="川", aliases="四川", parent=nation)
    OrganizationFactory(name="国家统计局", kind="statistics")
