import pytest
from django.contrib.auth.models import Group
from django.utils import translation

from portal.publishing.revisions import revise
from tests.factories import (
    AgreementFactory,
    AmountFactory,
    ArticleFactory,
    ColumnFactory,
    IndicatorFactory,
    MilestoneFactory,
    PageFactory,
    PartyFactory,
    StaffFactory,
    TopicFactory,
)

from .office import changed, draft, editor_in, login, member

RECORDS = {
    "article": (ArticleFactory, {"headline": "还没有公开的"}),
    "agreement": (AgreementFactory, {"title": "还没有公开的"}),
    "page": (PageFactory, {"title": "还没有公开的"}),
    "indicator": (IndicatorFactory, {"name": "还没有公开的"}),
}


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


@pytest.fixture
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def author():
    return member("编辑")


@pytest.fixture
def publisher():
    return member("发布")


@pytest.fixture
def readers():
    """Three people who review."""
    return [member("审核") for _ in range(3)]


@pytest.fixture
def agreement():
    """Live, with parties, an amount, and milestones that hang on one another."""
    agreement = AgreementFactory(title="框架协议", topics=[TopicFactory()])
    party = PartyFactory(agreement=agreement)
    AmountFactory(agreement=agreement, mantissa=150)
    first = MilestoneFactory(agreement=agreement, date="2020-07-01")
    MilestoneFactory(agreement=agreement, kind="started", after=first, offset_days=69, responsible=party)
    return agreement


@pytest.fixture
def article(chief):
    """A draft with two versions."""
    article = draft(headline="两地合作")
    revise(article, chief)
    changed(article, chief, headline="两地深化合作", note="标题")
    return article


@pytest.fixture
def administrator(client):
    """Somebody with that role and no more."""
    user = StaffFactory(name="周远", username="boss", is_superuser=False, language="en")
    user.groups.add(Group.objects.get(name="管理员"))
    login(client, user)
    return user


@pytest.fixture(params=RECORDS)
def unpublished(request):
    factory, title = RECORDS[request.param]
    return draft(factory, **title)
