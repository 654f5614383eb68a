"""The pages of regions, topics and organizations: what they gather, how much there is, and where it all is."""

import json
import re

import html5lib
import pytest

from portal.publishing.models import Status
from portal.vocabulary.models import Organization, Region, Topic
from stats.models import Release
from tests.factories import (
    AgreementFactory,
    ArticleFactory,
    IndicatorFactory,
    ObservationFactory,
    OrganizationFactory,
    PartyFactory,
    RegionFactory,
    ReleaseFactory,
    SeriesFactory,
    TopicFactory,
)

pytestmark = pytest.mark.django_db


def parse(response):
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(response.content.decode())


def words(element):
    return " ".join("".join(element.itertext()).split())


def section(tree, name):
    """The section that its heading ``name`` names; None where there is none."""
    return tree.find(f".//section[@aria-labelledby='{name}']")


def totals(tree):
    """Of each section its total and the address of the list that has it all."""
    found = {}
    for one in tree.iter("section"):
        for link in one.iterfind(".//a[@class='all']"):
            found[one.get("aria-labelledby")] = int(re.search(r"\d+", words(link))[0]), link.get("href")
    return found


def numbers(element):
    """The number of records at each name in a list of names, by the name's address."""
    found = {}
    for link in element.iter("a"):
        number = link.find("span[@class='records']")
        found[link.get("href")] = int(number.text) if number is not None else 0
    return found


def length(client, address):
    return json.loads(client.get(f"{address}&format=json").getvalue())["count"]


def publish(regions=(), topics=(), organizations=()):
    """An article, an agreement and a figure about all of these, and a draft of each."""
    subjects = {"regions": regions, "topics": topics}
    for life in ({}, {"status": Status.DRAFT, "published_at": None}):
        ArticleFactory(organizations=organizations, **subjects, **life)
        agreement = AgreementFactory(**subjects, **life)
        for organization in organizations:
            PartyFactory(agreement=agreement, organization=organization)
        for region in regions:
            indicator = IndicatorFactory(topics=topics, **life)
            source = organizations[0] if organizations else OrganizationFactory()
            release = Release.objects.filter(source=source).first() or ReleaseFactory(source=source)
            ObservationFactory(series=SeriesFactory(indicator=indicator, region=region), release=release)


@pytest.fixture
def world():
    """Two provinces with their parts, topics within topics, a group, and organizations; not much about each."""
    nation = RegionFactory(code="100000", name="全国", kind="nation")
    chongqing = RegionFactory(code="500000", name="重庆市", parent=nation)
    sichuan = RegionFactory(code="510000", name="四川省", parent=nation)
    rongchang = RegionFactory(code="500153", name="荣昌区", kind="county", parent=chongqing)
    RegionFactory(code="500154", name="开州区", kind="county", parent=chongqing)
    group = RegionFactory(code="CY", name="川渝地区", kind="group")
    for member in (chongqing, sichuan):
        group.memberships.create(member=member)
    industry = TopicFactory(slug="industry", name="产业")
    electronics = TopicFactory(slug="electronics", name="电子信息", parent=industry)
    TopicFactory(slug="people", name="人口")
    offices = OrganizationFactory.create_batch(2)
    OrganizationFactory()
    publish([chongqing], [industry], offices)
    publish([rongchang, sichuan], [electronics], offices[:1])
    publish([rongchang], [industry, electronics])


def test_every_total_is_the_length_of_the_list_that_it_leads_to(client, world):
    seen = 0
    for thing in (*Region.objects.all(), *Topic.objects.all(), *Organization.objects.all()):
        for total, address in totals(parse(client.get(thing.get_absolute_url()))).values():
            assert total == length(client, address), address
            seen += 1

    # Three for each of five regions and two topics; the rest is what organizations signed, published or are in.
    assert seen == 3 * 7 + 9


def test_every_number_at_a_name_is_what_the_lists_have(client, world):
    def all_of(query):
        return sum(length(client, f"/{kind}/?{query}") for kind in ("articles", "stats", "agreements"))

    parts = section(parse(client.get("/regions/500000/")), "parts")
    assert numbers(parts) == {"/regions/500153/": all_of("region=500153"), "/regions/500154/": 0}
    members = section(parse(client.get("/regions/CY/")), "parts")
    assert numbers(members) == {f"/regions/{code}/": all_of(f"region={code}") for code in ("500000", "510000")}
    within = parse(client.get("/topics/industry/")).find(".//header/ul[@class='names']")
    assert numbers(within) == {"/topics/electronics/": all_of("topic=electronics")}
    indicators = numbers(section(parse(client.get("/topics/industry/")), "indicators"))
    assert indicators == {one: length(client, f"/stats/?indicator={one.split('/')[2]}") for one in indicators}
    assert len(indicators) == 4


def test_key_figures_are_those_of_the_region_itself(client, world):
    figures = section(parse(client.get("/regions/500000/")), "figures")

    rows = [row.find(".//a").get("href") for row in figures.find(".//tbody")]
    assert [address.split("/")[3] for address in rows] == ["500000"]


def test_parts_are_grouped_by_what_they_are_called(client):
    province = RegionFactory(code="500000", name="重庆市")
    for name in ("万州区", "城口县", "石柱土家族自治县", "荣昌区"):
        RegionFactory(name=name, kind="county", parent=province)

    parts = section(parse(client.get("/regions/500000/")), "parts")

    assert [words(head) for head in parts.iter("h3")] == ["区 2", "县 1", "自治县 1"]


def test_the_way_up_ends_at_the_nation(client, world):
    crumbs = parse(client.get("/regions/500153/")).find(".//p[@class='crumbs']")

    assert [words(link) for link in crumbs.iter("a")][-2:] == ["全国", "重庆市"]


def test_a_region_says_since_when_it_belongs_to_a_group(client):
    region = RegionFactory(name="荣昌区")
    group = RegionFactory(code="CYEC", kind="group", name="成渝地区双城经济圈")
    group.memberships.create(member=region, valid_from="2021-10", note="部分地区")

    told = words(parse(client.get(region.get_absolute_url())).find(".//ul[@class='memberships']"))

    assert "成渝地区双城经济圈" in told
    assert "2021年10月" in told
    assert "部分地区" in told


@pytest.fixture
def former():
    """江北区 until 2025, with one record of each kind, and what it became."""
    region = RegionFactory(code="500105", name="江北区", kind="county", valid_from="1997", valid_to="2025")
    successor = RegionFactory(code="500191", name="两江新区", kind="county")
    region.successions.create(successor=successor, share="whole", year=2026, document_no="渝府发〔2025〕15号")
    publish([region])
    return region


def test_a_former_region_says_what_it_became_and_shows_what_was_published(client, former):
    tree = parse(client.get("/regions/500105-2025/"))

    notice = tree.find(".//div[@role='note']")
    assert [link.get("href") for link in notice.iter("a")] == ["/regions/500191/"]
    assert "2026" in words(notice)
    assert "渝府发〔2025〕15号" in words(notice)
    shown = [section(tree, name) for name in ("figures", "articles", "agreements")]
    assert [len(one.findall(".//article")) + len(one.findall(".//tbody/tr")) for one in shown] == [1, 1, 1]
    assert totals(tree) == {}, "the lists cannot be filtered by a region that ended"


def test_a_successor_says_what_it_came_from_and_how_much_is_there(client, former):
    tree = parse(client.get("/regions/500191/"))

    assert [link.get("href") for link in section(tree, "origins").iter("a")] == ["/regions/500105-2025/"]
    assert "3" in words(section(tree, "origins")).split("·")[-1]


def test_a_region_without_records_leads_to_what_is_near_and_has_some(client, world):
    empty = parse(client.get("/regions/500154/")).find(".//div[@class='empty']")

    assert [re.findall(r"重庆市|\d+", words(entry)) for entry in empty.iter("li")] == [["重庆市", "9"]]


def test_a_region_with_nothing_near_leads_on_all_the_same(client):
    empty = parse(client.get(RegionFactory().get_absolute_url())).find(".//div[@class='empty']")

    assert [link.get("href") for link in empty.iter("a")] == ["/", "/articles/", "/stats/", "/agreements/"]


def test_an_organization_tells_its_releases_and_how_many_figures_each_has(client):
    office = OrganizationFactory(name="重庆市统计局", aliases="市统计局")
    communique = ReleaseFactory(source=office, title="统计公报")
    for series in SeriesFactory.create_batch(2):
        ObservationFactory(series=series, release=communique)
    ReleaseFactory(source=office, title="没有数据", released_on="2020-01-01")
    ObservationFactory(
        release=ReleaseFactory(source=office, status="draft", published_at=None, released_on="2021-01-01")
    )

    tree = parse(client.get(office.get_absolute_url()))

    (entry,) = section(tree, "releases").iter("li")
    assert "统计公报" in words(entry)
    assert "2" in words(entry).split("统计公报")[1]
    assert "市统计局" in words(tree.find(".//header[@class='page-head']"))


def test_the_index_of_regions_has_what_something_was_published_about(client, world, former):
    tree = parse(client.get("/regions/"))

    found = numbers(tree.find(".//main"))
    assert list(found) == [f"/regions/{one}/" for one in ("CY", "100000", "500000", "500153", "510000", "500105-2025")]
    for query in ("CY", "500000", "500153"):
        kinds = ("articles", "stats", "agreements")
        assert found[f"/regions/{query}/"] == sum(length(client, f"/{kind}/?region={query}") for kind in kinds)


def test_the_index_of_topics_is_their_tree(client, world):
    tree = parse(client.get("/topics/"))

    found = {one.find("h2/a").get("href"): list(numbers(one)) for one in tree.iter("section")}
    assert found == {
        "/topics/industry/": ["/topics/industry/", "/topics/electronics/"],
        "/topics/people/": ["/topics/people/"],
    }


@pytest.mark.parametrize(
    ("typed", "found"), [("统计", ["重庆市统计局"]), ("chong qing", ["重庆市统计局"]), ("市局", [])]
)
def test_an_organization_is_found_by_a_part_of_its_name_and_by_its_pinyin(client, typed, found):
    for name in ("重庆市统计局", "四川省商会"):
        ArticleFactory(source=OrganizationFactory(name=name, aliases="川商" if "四川" in name else ""))
    ArticleFactory(source=OrganizationFactory(name="统计秘密", pinyin="chongqing"), status="draft", published_at=None)

    response = client.get("/organizations/", {"q": typed})

    assert [one.name for one in response.context["object_list"]] == found
    assert [one.name for one in client.get("/organizations/?q=川商").context["object_list"]] == ["四川省商会"]


def test_a_kind_of_organization_that_does_not_exist_is_told_and_shows_none(client):
    ArticleFactory(source=OrganizationFactory(name="看不见"))

    response = client.get("/organizations/?kind=nothing")

    assert "看不见" not in response.content.decode()
    assert len(parse(response).findall(".//ul[@class='errorlist']")) == 1
