import datetime as dt

import pytest
from django.http import QueryDict

from articles.filters import ArticleFilter
from articles.models import Article
from portal.vocabulary.models import GroupMember, Region
from tests.factories import ArticleFactory, ColumnFactory, OrganizationFactory, RegionFactory, TopicFactory

pytestmark = pytest.mark.django_db


def ask(query):
    return ArticleFilter(QueryDict(query), queryset=Article.objects.listed().for_listing())


def values(query, name):
    """The values that the facet ``name`` offers, with what lies below them, and their numbers."""

    def lines(some):
        return [line for value in some for line in [(value.value, value.count), *lines(value.children)]]

    return lines(next((facet.values for facet in ask(query).facets if facet.name == name), []))


def headlines(query):
    return {article.headline for article in ask(query).qs}


@pytest.fixture
def places():
    chongqing = RegionFactory(code="500000", name="重庆市")
    rongchang = RegionFactory(code="500153", name="荣昌区", kind="county", parent=chongqing)
    sichuan = RegionFactory(code="510000", name="四川省")
    group = RegionFactory(code="CY", name="川渝", kind="group")
    for member in (chongqing, sichuan):
        GroupMember.objects.create(group=group, member=member)
    ArticleFactory(headline="荣昌", regions=[rongchang])
    ArticleFactory(headline="重庆", regions=[chongqing, rongchang])
    ArticleFactory(headline="四川", regions=[sichuan])
    ArticleFactory(headline="北京", regions=[RegionFactory(code="110000")])


@pytest.mark.parametrize(
    ("region", "found"),
    [
        ("500153", {"荣昌", "重庆"}),
        ("500000", {"荣昌", "重庆"}),
        ("510000", {"四川"}),
        ("CY", {"荣昌", "重庆", "四川"}),
        ("", {"荣昌", "重庆", "四川", "北京"}),
    ],
)
def test_a_region_means_everything_within_it_each_article_once(places, region, found):
    filtered = ask(f"region={region}").qs

    assert {article.headline for article in filtered} == found
    assert filtered.count() == len(found)


def test_the_region_facet_offers_regions_in_use_what_holds_them_and_their_groups_first(places):
    assert values("", "region") == [("CY", 3), ("110000", 1), ("500000", 2), ("500153", 2), ("510000", 1)]


def test_several_values_of_a_facet_are_or_and_different_facets_are_and(places):
    assert headlines("region=110000&region=510000") == {"四川", "北京"}
    assert headlines("region=110000&region=500000&region=500153") == {"荣昌", "重庆", "北京"}

    ArticleFactory(headline="旧", dated=dt.date(2020, 1, 1), topics=[TopicFactory(slug="economy")])
    ArticleFactory(headline="新", dated=dt.date(2021, 1, 1))

    assert headlines("year=2020&year=2021") == {"旧", "新"}
    assert headlines("year=2020&year=2021&topic=economy") == {"旧"}


def test_a_number_keeps_the_other_facets_and_drops_its_own(places):
    ArticleFactory(headline="二〇", dated=dt.date(2020, 1, 1), regions=[Region.objects.get(code="510000")])

    assert values("region=510000", "region") == [("CY", 4), ("110000", 1), ("500000", 2), ("500153", 2), ("510000", 2)]
    assert values("region=510000&q=", "topic") == []
    assert [year for year in values("region=510000", "year") if year[0] == "2020"] == [("2020", 1)]
    assert [year for year in values("region=500153", "year") if year[0] == "2020"] == []
    assert values("year=2020&region=500153", "region") == [("CY", 1), ("500153", 0), ("510000", 1)]


def test_column_topic_organization_and_year_narrow_the_list():
    economy = TopicFactory(slug="economy")
    column = ColumnFactory(slug="news")
    source, subject = OrganizationFactory.create_batch(2)
    ArticleFactory(headline="一", column=ColumnFactory(slug="local", parent=column), dated=dt.date(2022, 5, 1))
    ArticleFactory(headline="二", topics=[TopicFactory(parent=economy)], source=source, dated=dt.date(2023, 5, 1))
    ArticleFactory(headline="三", organizations=[subject, source], dated=dt.date(2023, 12, 31))

    assert headlines("column=news") == {"一"}
    assert headlines("topic=economy") == {"二"}
    assert headlines(f"organization={source.pk}") == {"二", "三"}
    assert headlines(f"organization={subject.pk}") == {"三"}
    assert headlines("year=2023") == {"二", "三"}
    assert headlines("since=2022-05-01&until=2023-05-01") == {"一", "二"}
    assert headlines(f"year=2023&organization={subject.pk}") == {"三"}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("region=nowhere", "region"),
        ("column=nothing", "column"),
        ("topic=none", "topic"),
        ("organization=99999999999999999999", "organization"),
        ("organization=x", "organization"),
        ("year=twenty", "year"),
        ("year=20222", "year"),
        ("year=0000", "year"),
        ("year=2022&year=x", "year"),
        ("region=500000&region=nowhere", "region"),
        ("since=2023-02-30", "since"),
        ("sort=-password", "sort"),
        ("q=" + "川" * 101, "q"),
        ("q=%00", "q"),
        ("region=%00", "region"),
        ("&".join(f"year={1900 + n}" for n in range(51)), "year"),
        ("&".join(f"topic=t{n}" for n in range(51)), "topic"),
    ],
)
def test_a_wrong_value_is_told_at_its_field_and_shows_no_rows(client, query, field):
    ArticleFactory()

    response = client.get(f"/articles/?{query}")

    assert response.status_code == 200
    assert list(response.context["filter"].form.errors) == [field]
    assert list(response.context["object_list"]) == []


def test_chips_say_what_is_chosen_and_how_to_drop_it(places):
    chips = ask("region=500153&year=2022&sort=dated&page=3").chips()

    assert [(chip["name"], str(chip["value"]), chip["rest"]) for chip in chips] == [
        ("region", "荣昌区", "year=2022&sort=dated"),
        ("year", "2022", "region=500153&sort=dated"),
    ]


def test_a_chip_drops_its_own_value_and_keeps_the_others_of_its_facet(places):
    chips = ask("region=500153&region=510000&q=x").chips()

    assert [(str(chip["value"]), chip["rest"]) for chip in chips] == [
        ("x", "region=500153&region=510000"),
        ("荣昌区", "region=510000&q=x"),
        ("四川省", "region=500153&q=x"),
    ]


def test_an_empty_list_says_what_to_drop(places):
    ways = ask("region=500153&year=1999").ways_out()

    assert [(way["name"], way["count"]) for way in ways] == [("year", 2)]


def test_text_finds_by_the_search_index(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        ArticleFactory(headline="民营经济增加值", body="<p>川渝携手</p>")
        ArticleFactory(headline="人口")

    assert headlines("q=經濟") == {"民营经济增加值"}
    assert headlines("q=川渝") == {"民营经济增加值"}
    assert headlines("q=川渝 人口") == set()


def test_the_region_facet_offers_a_group_of_which_only_a_part_of_a_member_is_in_use():
    group, member = RegionFactory(code="CY", kind="group"), RegionFactory(code="500000")
    GroupMember.objects.create(group=group, member=member)
    ArticleFactory(regions=[RegionFactory(code="500153", kind="county", parent=member)])

    assert values("", "region") == [("CY", 1), ("500000", 1), ("500153", 1)]


@pytest.mark.parametrize("sort", ["dated", "-dated", "-published"])
def test_what_is_equal_in_the_chosen_order_stays_in_the_order_of_the_list(sort):
    for minute in (1, 3, 2):
        at = dt.datetime(2026, 3, 1, 4, minute if "dated" in sort else 0, tzinfo=dt.UTC)
        ArticleFactory(dated=dt.date(2026, 3, 1), published_at=at)

    assert list(ask(f"sort={sort}").qs) == list(Article.objects.order_by("-published_at", "-pk"))


def test_fifty_regions_are_one_condition_and_one_way_out_of_an_empty_list(
    django_assert_num_queries,
):
    province = RegionFactory()
    regions = RegionFactory.create_batch(50, parent=province, kind="county")
    ArticleFactory(regions=[regions[7]], headline="甲")
    query = "&".join(f"region={region.code}" for region in regions)

    assert headlines(query) == {"甲"}
    nothing = ask(f"{query}&year=1999")
    assert nothing.is_valid()
    assert len(nothing.chips()) == 51
    with django_assert_num_queries(3):  # without the regions; the regions, and without the year
        ways = nothing.ways_out()
    assert [(way["name"], way["count"], way["value"]) for way in ways] == [("year", 1, "1999")]
