"""The desk: what is found there, and who is let in, address by address."""

import re

import pytest
from django.contrib.contenttypes.models import ContentType

from .doors import addresses
from .judging import at_desk, must_of, nothing
from .rights import BEFORE_LOGIN, DELETERS, LIST_READERS, PAGES, RIGHTS
from .table import CHOICES, CORRECTED_ONCE, DESK, DESK_LISTS, FOUND_ELSEWHERE, STAFF, row_of
from .visits import drawn_once, not_drawn

pytestmark = [pytest.mark.gate, pytest.mark.django_db, pytest.mark.xdist_group("gate")]


@pytest.mark.parametrize("address", DESK_LISTS)
def test_a_list_of_the_desk_tells_of_what_is_open(walk, world, address):
    must, readers = must_of(DESK_LISTS[address]), LIST_READERS.get(address, " ".join(STAFF)).split()
    also = CORRECTED_ONCE if "correction" in address else ()
    for person in [*STAFF, "nobody", "reader"]:
        answer = walk.get(person, world.addressed(address))
        if person not in readers:
            status = 403 if person in STAFF else 302
            walk.expect(answer.status == status and not answer.marks, address, person, answer.status)
            continue
        walk.expect(answer.status == 200, address, person, answer.status)
        walk.expect_marks(
            answer.marks,
            at_desk(person, also),
            lambda one, person=person: must(one) if row_of(DESK, one)[person] == "+" else set(),
            address,
            person,
        )

    walk.judge()


@pytest.mark.parametrize("kind", ["article", "page", "agreement", "indicator", "release"])
def test_the_way_to_a_page_is_shown_to_whom_the_record_is_open(walk, world, kind):
    """Whose address may say what it is called."""
    with not_drawn():
        for one in world.of_kind(kind):
            number = ContentType.objects.get_for_model(one.row).pk
            for person in STAFF if kind == "article" else ["editor", "statistician", "insider", "chief"]:
                answer = walk.get(person, f"/admin/r/{number}/{one.row.pk}/")
                status = 302 if row_of(DESK, one)[person] == "+" else 404
                walk.expect(answer.status == status, "way to", one, person, answer.status)
            for person in ["nobody", "reader"]:
                answer = walk.get(person, f"/admin/r/{number}/{one.row.pk}/")
                is_sent = answer.status == 302 and "/admin/login/" in answer.response["Location"]
                walk.expect(is_sent and not answer.marks, "way to", one, person, answer.status)

    walk.judge()


def test_the_recycle_bin_shows_what_one_may_delete(walk, world):
    for person in STAFF:
        answer = walk.get(person, "/admin/publishing/trashedrecord/")
        for one in world.specimens:
            is_shown = one.is_trashed and person in DELETERS[one.kind].split()
            is_shown &= one.column == "open" or person in {"insider", "chief"}
            walk.expect((one.word in answer.marks) == is_shown, "recycle bin", person, one)

    walk.judge()


@pytest.mark.parametrize("field", CHOICES, ids=".".join)
def test_what_is_open_can_be_chosen(walk, world, field):
    must = must_of(CHOICES[field])
    asked = dict(zip(["app_label", "model_name", "field_name"], field, strict=True))
    for person in ["editor", "statistician", "insider", "chief"]:
        told, page, is_more = set(), 1, True
        while is_more:
            answer = walk.get(person, "/admin/autocomplete/", term="", page=page, **asked)
            told |= answer.marks
            is_more, page = answer.response.json()["pagination"]["more"], page + 1
        walk.expect_marks(
            told,
            at_desk(person),
            lambda one, person=person: must(one) if row_of(DESK, one)[person] == "+" else set(),
            *field,
            person,
        )

    walk.judge()


#: Pages of a record at the desk; versions side by side where a copy, or what was withdrawn, could tell too much.
FORM, HISTORY, COMPARISON = "change/", "history/", "history/?from=1&to=2"
COMPARED = {"edited", "moved", "gone"}
#: Who looks at them.
LOOKERS = {
    FORM: ["nobody", "editor", "insider", "chief"],
    HISTORY: ["editor", "administrator", "insider"],
    COMPARISON: ["editor", "insider"],
}


def looked_at(one):
    """Triples of a page, a person, and whether it opens."""
    for page, people in LOOKERS.items():
        for person in people if page != COMPARISON or one.life in COMPARED else ():
            yield page, person, row_of(DESK, one)[person] == "+" and (page == FORM or not one.is_copy)


@pytest.mark.parametrize("kind", ["article", "page", "agreement", "indicator", "release"])
def test_a_record_is_found_at_the_desk_by_whom_the_table_says(walk, world, kind):
    """Its form, its history, and two of its versions side by side; none of them tells of what is not open."""
    with drawn_once():
        for one in world.of_kind(kind):
            if kind != "article" and (one.life, one.column) not in FOUND_ELSEWHERE:
                continue
            for page, person, is_open in looked_at(one):
                answer = walk.get(person, f"{one.desk}{one.row.pk}/{page}")
                found = (answer.status, one.word in answer.marks)
                walk.expect(found == ((200, True) if is_open else (302, False)), one, page, person, found)
                may = at_desk(person) if person in STAFF else nothing
                hidden = [other for other in world.told(answer.marks) if answer.marks & other.marks - may(other)]
                walk.expect(not hidden, one, page, person, "tells of", *hidden)

    walk.judge()


@pytest.mark.parametrize("desk", RIGHTS)
def test_a_desk_is_worked_at_by_whom_the_table_says(walk, world, desk):
    sees, adds, changes, deletes = (who.split() for who in RIGHTS[desk])
    row, root = world.row_at(desk).pk, f"/admin/{desk}/"
    with not_drawn():
        for person in STAFF:
            for let_in, answer in [
                (sees, walk.get(person, root)),
                (adds, walk.get(person, f"{root}add/")),
                (changes, walk.post(person, f"{root}{row}/change/")),
                (deletes, walk.get(person, f"{root}{row}/delete/")),
            ]:
                path = answer.response.request["PATH_INFO"]
                opened = {200, 302} if path == root == "/admin/pages/imprint/" else {200}
                is_right = answer.status in opened if person in let_in else answer.status == 403
                walk.expect(is_right, path, person, answer.status)

    walk.judge()


@pytest.mark.parametrize("address", PAGES)
def test_a_page_of_the_desk_opens_to_whom_the_table_says(walk, world, address):
    with not_drawn():
        for person in STAFF:
            answer = walk.get(person, world.addressed(address))
            is_let_in = person in PAGES[address].split()
            walk.expect((answer.status == 200) == is_let_in, address, person, answer.status)

    walk.judge()


def test_a_login_stands_before_the_desk(walk, world):
    """Whatever the address, nobody and a reader without a place at the desk are sent to log in, and nothing is done."""
    for route in addresses():
        if not route.startswith("admin/") or route in {*BEFORE_LOGIN, "admin/logout/"}:
            continue
        address = filled(route, world)
        for person in ["nobody", "reader"]:
            for ask in (walk.get, walk.post):
                answer = ask(person, address)
                is_sent = answer.status == 302 and "/admin/login/" in answer.response["Location"]
                walk.expect(is_sent, person, ask.__name__, address, answer.status)
    answer = walk.post("nobody", "/admin/logout/")
    walk.expect(answer.status in {200, 302}, "logout", answer.status)

    walk.judge()


def filled(route, world):
    """An address of ``route`` with the numbers of something that is there."""
    desk = re.match("admin/([a-z]+/[a-z]+)/<", route)
    pk = world.row_at(desk[1]).pk if desk and desk[1] in RIGHTS else 1
    route = re.sub("<(path:object_id|int:pk|id)>", str(pk), route)
    route = route.replace("<int:number>", "1").replace("<slug:step>", "publish")
    route = route.replace("<path:content_type_id>", "1").replace("(?P<url>.*)$", "nowhere")
    return "/" + re.sub(r"\^\(\?P<app_label>([a-z]+).*", r"\1/", route)
