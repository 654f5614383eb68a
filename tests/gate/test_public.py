"""Pages, lists, files and feeds: address × life × reader, each tells exactly what the table says."""

import pytest

from portal.pages.models import Feedback
from portal.publishing.models import Correction

from .judging import must_of, nothing, public
from .table import (
    CORRECTED,
    FIGURES_WITHDRAWN,
    FILES,
    LEDGER,
    LISTED,
    MAPPED,
    NO_RECORD,
    PUBLIC,
    READ_ELSEWHERE,
    READING,
    SITEMAPS,
    row_of,
)
from .visits import drawn_once

pytestmark = [pytest.mark.gate, pytest.mark.django_db, pytest.mark.xdist_group("gate")]

#: Those who try the pages of all kinds; those of articles everybody tries.
READERS = {"nobody", "late", "guest", "editor", "insider", "chief"}

#: Those who try files, of articles and of other kinds, and the lives in which those of other kinds are tried.
OPENERS = {True: {"reader", *READERS}, False: {"nobody", "guest", "editor", "chief"}}
OPENED = {"draft", "published", "gone", "copy", "copy in", "copy out", "trashed"}

CELLS = {"+": (200, True), "g": (410, False), "-": (404, False)}


@pytest.mark.parametrize("kind", ["article", "page", "agreement", "indicator", "release"])
def test_a_page_is_read_by_whom_the_table_says(walk, world, kind):
    with drawn_once():
        for one in world.of_kind(kind):
            if kind != "article" and (one.life, one.column) not in READ_ELSEWHERE:
                continue
            for person, cell in row_of(READING, one).items():
                if kind != "article" and person not in READERS:
                    continue
                answer = walk.get(person, one.path, one)
                status, is_told = CELLS[cell]
                found = (answer.status, one.word in answer.marks)
                walk.expect(found == (status, is_told), one, person, f"{found}, not {(status, is_told)}")
                for other in world.told(answer.marks - one.marks):
                    walk.expect(other.is_listed or other.original is one, one, person, "tells of", other)

    walk.judge()


#: Those for whom pages are drawn that are everybody's alike.
LOOKERS = ["nobody", "guest", "editor", "chief"]


@pytest.mark.parametrize("address", PUBLIC)
def test_what_everybody_sees_tells_of_what_is_listed(walk, world, address):
    must = must_of(PUBLIC[address])
    for person in LOOKERS:
        answer = walk.get(person, world.addressed(address), world.specimens[0])
        walk.expect(answer.status == 200, address, person, answer.status)
        walk.expect_marks(
            answer.marks,
            public(address),
            lambda one: must(one) if one.life in LISTED else set(),
            address,
            person,
        )

    walk.judge()


def test_the_ledger_tells_of_what_is_still_read(walk, world):
    for person in LOOKERS:
        told = {address: walk.get(person, address, world.specimens[0]) for address in LEDGER}
        pages = set().union(*(told[address].marks for address in LEDGER[:3]))
        for marks in [pages, told["/corrections/?format=json"].marks, told["/corrections/?format=csv"].marks]:
            walk.expect_marks(
                marks,
                lambda one: one.marks if one.life in CORRECTED else set(),
                lambda one: {one.word} if one.life in CORRECTED else set(),
                "corrections",
                person,
            )
        for address in LEDGER:
            walk.expect_marks(
                told[address].marks, lambda one: one.marks if one.life in CORRECTED else set(), nothing, address, person
            )
    for correction in Correction.objects.public():
        one = world.of_row(correction.record)
        for person in ["nobody", "chief"]:
            answer = walk.get(person, correction.get_absolute_url())
            is_told = one.word in answer.marks
            walk.expect(answer.status == 200 and is_told == (one.life in CORRECTED), correction, one, person)

    walk.judge()


def test_the_sitemap_names_what_is_listed(walk, world):
    for person in LOOKERS:
        told = "".join(walk.get(person, address, world.specimens[0]).text for address in SITEMAPS[:1])
        parts = "".join(walk.get(person, address, world.specimens[0]).text for address in SITEMAPS[1:])
        for one in world.specimens:
            if one.kind in MAPPED and not one.is_copy:
                line = f"{one.path}</loc>"
                walk.expect((line in told) == (line in parts) == (one.life in LISTED), "sitemap", person, one)

    walk.judge()


def test_what_is_no_record_tells_of_none(walk, world):
    said = Feedback.objects.get()
    for address in [*NO_RECORD, said.get_absolute_url()]:
        for person in LOOKERS:
            answer = walk.get(person, address, world.of_kind("article")[2])
            walk.expect(answer.status in {200, 302}, address, person, answer.status)
            own = {"guest": world.of_kind("article")[2].marks}.get(person, set()) if address == "/preview/" else set()
            walk.expect_marks(answer.marks - own, nothing, nothing, address, person)
            walk.expect(said.message not in answer.text, address, person)

    walk.judge()


def test_a_search_for_the_very_words_finds_what_is_listed(walk, world):
    for one in world.specimens:
        if one.kind in {"article", "agreement", "indicator"}:
            for person in ["nobody", "chief"]:
                answer = walk.get(person, "/search/", q=one.key, format="json")
                walk.expect((one.word in answer.marks) == (one.life in LISTED), "search", one, person)

    walk.judge()


def test_figures_of_a_release_are_read_once_it_is_listed(walk, world):
    for one in world.of_kind("release"):
        if one.is_copy:
            continue
        for person in ["nobody", "chief"]:
            for clothes in ["", "?format=json"]:
                answer = walk.get(person, f"/stats/public/{one.place.address}/{clothes}")
                found = (answer.status, one.figure in answer.marks)
                wanted = (200, True) if one.life in LISTED else (404, False)
                wanted = (410, False) if one.life in FIGURES_WITHDRAWN else wanted
                walk.expect(found == wanted, "figures", one, person, clothes, found)
        if not one.is_trashed:
            answer = walk.get("nobody", one.row.announcement.get_absolute_url())
            told = answer.marks & one.marks - ({one.word, one.key} if one.life == "outdated" else set())
            walk.expect(answer.status == 200 and (not told or one.life in LISTED), "calendar", one, told)

    walk.judge()


def test_figures_are_previewed_by_those_who_read_their_release(walk, world):
    with drawn_once():
        for one in world.of_kind("release"):
            if one.is_copy:
                continue
            for person, cell in row_of(READING, one).items():
                if person not in OPENERS[False]:
                    continue
                answer = walk.get(person, f"/stats/public/{one.place.address}/", one, release=one.row.pk)
                found = (answer.status, one.figure in answer.marks)
                wanted = (200, True) if cell == "+" else (404, False)
                wanted = (410, False) if one.life in FIGURES_WITHDRAWN else wanted
                walk.expect(found == wanted, "previewed figures", one, person, found)

    walk.judge()


@pytest.mark.parametrize("kind", ["article", "page", "agreement", "release"])
def test_a_file_is_opened_by_whom_the_table_says(walk, world, kind):
    for one in world.of_kind(kind):
        if kind != "article" and one.life not in OPENED:
            continue
        for person, cell in row_of(FILES, one).items():
            if person not in OPENERS[kind == "article"]:
                continue
            answer = walk.get(person, f"/media/{one.file.pk}/original/", one)
            found = (answer.status, answer.content == one.content)
            wanted = (200, True) if cell == "+" else (404, False)
            walk.expect(found == wanted, "file", one, person, found)

    walk.judge()
