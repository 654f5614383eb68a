import pytest

from agreements.models import Agreement
from agreements.tables import AgreementTable
from tests.factories import AgreementFactory, AmountFactory, PartyFactory, RegionFactory, TopicFactory

pytestmark = pytest.mark.django_db


def prepared(agreement):
    (found,) = AgreementTable().prepare(Agreement.objects.listed().for_listing().filter(pk=agreement.pk))
    return found


def test_a_row_says_who_promised_what_in_words_and_in_codes():
    agreement = AgreementFactory(
        title="合作协议",
        instrument="framework",
        signed="2023-07",
        count=60,
        count_qualifier="over",
        place=RegionFactory(name="荣昌区"),
        regions=[RegionFactory(name="重庆市")],
        topics=[TopicFactory(name="产业")],
    )
    PartyFactory(agreement=agreement, organization__name="重庆市人民政府", position=1)
    PartyFactory(agreement=agreement, organization__name="川渝企业", count=97, position=2)
    AmountFactory(agreement=agreement, label="总投资", mantissa=150, qualifier="over", basis="planned")

    row = AgreementTable().row(prepared(agreement))

    assert (row["kind"], row["title"], row["url"], row["signed"]) == (
        "agreement",
        "合作协议",
        agreement.get_absolute_url(),
        "2023-07",
    )
    assert (row["instrument"], row["instrument_label"]) == ("framework", "框架协议")
    assert (row["status"], row["status_label"]) == ("signed", "已签署")
    assert (row["place"], row["regions"], row["topics"]) == ("荣昌区", ["重庆市"], ["产业"])
    assert row["parties"] == ["重庆市人民政府", "川渝企业 97家"]
    assert row["amounts"] == ["总投资 · 计划 · 逾150亿元"]
    assert row["count"] == "逾60项"


def test_an_entry_without_a_summary_names_the_parties():
    agreement = AgreementFactory(title="合作协议")
    for place, name in enumerate(("重庆市人民政府", "四川省人民政府")):
        PartyFactory(agreement=agreement, organization__name=name, position=place)

    assert AgreementTable().entry(prepared(agreement)).summary == "重庆市人民政府、四川省人民政府"
