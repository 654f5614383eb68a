import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from portal.vocabulary.importing import import_regions
from portal.vocabulary.models import GroupMember, Region, Succession

pytestmark = pytest.mark.django_db

REGION_HEADER = "code,name,name_en,short_name,aliases,kind,parent,valid_from,valid_to\n"
DIVISIONS = """\
100000,中华人民共和国,China,全国,中国,nation,,,
510000,四川省,Sichuan,川,四川,province,100000,,
500000,重庆市,Chongqing,渝,重庆,province,100000,1997,
500105,江北区,,江北,,county,500000,1997,
510200,重庆市,,重庆,,prefecture,510000,,1996
510211,江北区,,江北,,county,510200,,1996
"""
SUCCESSIONS = """\
predecessor,predecessor_valid_to,successor,successor_valid_to,share,year,document_no
510200,1996,500000,,whole,1997,
510211,1996,500105,,whole,1997,
"""
GROUPS = REGION_HEADER + "CY,川渝地区,,川渝,,group,,,\n"
MEMBERS = "group,member,member_valid_to,valid_from,valid_to,note\nCY,500000,,1997,,\nCY,510000,,,,\n"


@pytest.fixture
def folder(tmp_path):
    write(tmp_path)
    (tmp_path / "successions.csv").write_text(SUCCESSIONS)
    (tmp_path / "groups.csv").write_text(GROUPS)
    (tmp_path / "members.csv").write_text(MEMBERS)
    return tmp_path


def write(folder, divisions=DIVISIONS, header=REGION_HEADER):
    (folder / "divisions.csv").write_text(header + divisions, encoding="utf-8")
    return folder


def counts(report):
    return report.new, report.revised, report.same, report.written


def test_a_folder_becomes_regions_their_history_and_groups(folder):
    report = import_regions(folder)

    assert report.rejected == []
    assert counts(report) == (11, 0, 0, True)
    assert [str(region) for region in Region.objects.order_by("pk").filter(kind="prefecture")] == ["重庆市（—1996）"]
    assert [str(succession) for succession in Succession.objects.all()] == [
        "重庆市（—1996） → 重庆市",
        "江北区（—1996） → 江北区",
    ]
    assert [(m.member.code, m.valid_from) for m in GroupMember.objects.order_by("pk")] == [
        ("500000", "1997"),
        ("510000", ""),
    ]


def test_a_second_run_changes_nothing(folder):
    import_regions(folder)
    before = list(Region.objects.values())

    assert counts(import_regions(folder)) == (0, 0, 11, True)
    assert list(Region.objects.values()) == before


def test_a_dry_run_reports_like_a_real_run_and_writes_nothing(folder):
    report = import_regions(folder, dry_run=True)

    assert counts(report) == (11, 0, 0, False)
    assert Region.objects.count() == 0


def test_the_parent_is_who_held_the_code_when_the_region_was_last_in_force(tmp_path):
    write(
        tmp_path,
        "513000,达川地区,,,,prefecture,,1993,1998\n"
        "513000,达县地区,,,,prefecture,,,1992\n"
        "513021,达县,,,,county,513000,,1998\n"
        "513024,万源县,,,,county,513000,1982,1992\n",
    )

    assert import_regions(tmp_path).rejected == []

    parents = {region.name: region.parent.name for region in Region.objects.filter(kind="county")}
    assert parents == {"达县": "达川地区", "万源县": "达县地区"}


def test_a_region_that_ends_keeps_its_row_when_its_code_passes_to_another(tmp_path):
    import_regions(write(tmp_path, "500110,万盛区,,,,county,,1997,\n"))
    old = Region.objects.get()

    write(tmp_path, "500110,綦江区,,,,county,,2011,\n500110,万盛区,,,,county,,1997,2010\n")
    report = import_regions(tmp_path)

    assert counts(report) == (1, 1, 0, True)
    old.refresh_from_db()
    assert (old.name, old.address) == ("万盛区", "500110-2010")
    assert Region.objects.exclude(pk=old.pk).get().address == "500110"


def test_a_corrected_name_revises_the_region(tmp_path):
    import_regions(write(tmp_path, "500110,綦江,,,,county,,2011,\n"))

    assert counts(import_regions(write(tmp_path, "500110,綦江区,,,,county,,2011,\n"))) == (0, 1, 0, True)
    assert Region.objects.get().name == "綦江区"


def test_a_region_can_move_under_a_parent_that_comes_with_the_same_file(tmp_path):
    import_regions(write(tmp_path, "500110,綦江区,,,,county,,2011,\n"))

    report = import_regions(write(tmp_path, "500110,綦江区,,,,county,500000,2011,\n500000,重庆市,,,,province,,,\n"))

    assert counts(report) == (1, 1, 0, True)
    assert Region.objects.get(code="500110").parent.name == "重庆市"


def test_what_the_files_do_not_name_is_left_alone_and_can_be_a_parent(tmp_path):
    kept = Region.objects.create(code="500000", name="重庆市", kind="province")

    report = import_regions(write(tmp_path, "500110,綦江区,,,,county,500000,2011,\n"))

    assert counts(report) == (1, 0, 0, True)
    assert Region.objects.get(code="500110").parent == kept


def test_links_are_revised_and_not_doubled(folder):
    import_regions(folder)
    (folder / "successions.csv").write_text(SUCCESSIONS.replace("500105,,whole", "500105,,part"))
    (folder / "members.csv").write_text(MEMBERS.replace("1997,,", "1997,,部分地区"))

    assert counts(import_regions(folder)) == (0, 2, 9, True)
    assert Succession.objects.get(successor__code="500105").share == "part"
    assert GroupMember.objects.get(member__code="500000").note == "部分地区"


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("500110,,,,,county,,,", "name"),
        ("500110,綦江区,,,,shire,,,", "kind"),
        ("5001１0,綦江区,,,,county,,,", "code"),
        ("500110,綦江区,,,,county,,2011-02-30,", "valid_from"),
        ("500110,綦江区,,,,county,,2011,2010", "valid_to"),
        ("500110,綦江区,,,,county,500099,2011,", "parent"),
        ("500110,綦江区,,,,county,510200,2011,", "parent"),  # in force until 1996
        ("500110,綦江区,,,,county,500110,2011,", "parent"),
        ("500105,别区,,,,county,500000,2020,2020", "code"),  # 江北区 holds it then
    ],
)
def test_a_bad_row_is_named_and_nothing_is_written(tmp_path, row, column):
    report = import_regions(write(tmp_path, DIVISIONS + row + "\n"))

    assert counts(report)[3] is False
    assert {(item["file"], item["column"]) for item in report.rejected} == {("divisions.csv", column)}
    assert {item["row"] for item in report.rejected} <= {5, 8}
    assert Region.objects.count() == 0


def test_regions_that_would_be_parts_of_one_another_are_refused(tmp_path):
    report = import_regions(write(tmp_path, "A,甲,,,,other,B,,\nB,乙,,,,other,A,,\n"))

    assert [(item["row"], item["column"]) for item in report.rejected] == [(2, "parent"), (3, "parent")]


@pytest.mark.parametrize(
    ("file", "row", "column"),
    [
        ("successions.csv", "510211,1997,500105,,whole,1997,", "predecessor"),
        ("successions.csv", "510000,,500157,,part,2026,", "successor"),
        ("successions.csv", "500105,,500105,,whole,1997,", "successor"),
        ("successions.csv", "510211,1996,500105,,whole,1998,", "successor"),
        ("successions.csv", "510211,1996,500000,,half,1997,", "share"),
        ("successions.csv", "510211,1996,500000,,part,soon,", "year"),
        ("members.csv", "CY,500157,,,,", "member"),
        ("members.csv", "510000,500105,,,,", "group"),
        ("members.csv", "CY,510000,,,,", "member"),
        ("members.csv", "CY,500105,,2021-13,,", "valid_from"),
    ],
)
def test_a_bad_link_is_named_and_nothing_is_written(folder, file, row, column):
    path = folder / file
    path.write_text(path.read_text() + row + "\n")

    report = import_regions(folder)

    assert [(item["file"], item["row"], item["column"]) for item in report.rejected] == [
        (file, path.read_text().count("\n"), column)
    ]
    assert Region.objects.count() == 0


@pytest.mark.parametrize(
    "content",
    [
        "code,name\n500000,重庆市\n".encode(),
        (REGION_HEADER + DIVISIONS).encode("gb18030"),
        (REGION_HEADER + "500000,重庆市,,,,province,,,,,\n").encode(),
        b"",
        b"\x00\xff",
    ],
)
def test_a_file_of_another_shape_is_refused_as_a_whole(tmp_path, content):
    (tmp_path / "divisions.csv").write_bytes(content)

    report = import_regions(tmp_path)

    assert [(item["row"], item["column"], item["file"]) for item in report.rejected] == [(1, "", "divisions.csv")]


def test_a_folder_without_divisions_is_refused(tmp_path):
    assert [item["file"] for item in import_regions(tmp_path).rejected] == ["divisions.csv"]


@pytest.mark.parametrize("count", [1, 30])
def test_an_import_costs_the_same_for_any_number_of_regions(tmp_path, count, django_assert_num_queries):
    top = "500000,重庆市,,,,province,,,\n"
    write(tmp_path, top + "".join(f"5001{n:02},某区,,,,county,500000,,\n" for n in range(count)))

    # savepoint and its release, regions, provinces, counties (each in a savepoint), successions, members
    with django_assert_num_queries(7):
        import_regions(tmp_path)


def test_the_command_prints_the_report(folder):
    out = StringIO()

    call_command("load_regions", folder, "--json", stdout=out)

    assert json.loads(out.getvalue()) == {"new": 11, "revised": 0, "same": 0, "rejected": [], "written": True}


def test_the_command_names_what_it_rejects_and_fails(tmp_path):
    out = StringIO()
    write(tmp_path, "500000,,,,,province,,,\n")

    with pytest.raises(CommandError) as failure:
        call_command("load_regions", tmp_path, "--dry-run", stdout=out)

    assert failure.value.returncode == 1
    first, second = out.getvalue().splitlines()
    assert first == "new: 0, revised: 0, same: 0, written: False"
    assert second.startswith("divisions.csv:2 name: ")
