"""The matrix itself: it sees a hole, and leaves out no address."""

from unittest import mock

import pytest
from django.db import transaction

from portal.publishing import rights
from portal.publishing.models import PublishableQuerySet

from .attempts import Attempts, state_of
from .doors import addresses
from .judging import nothing, public
from .rights import steps_of
from .visits import Walk

pytestmark = [pytest.mark.gate, pytest.mark.django_db, pytest.mark.xdist_group("gate")]

#: The files whose tests walk through doors.
WALKS = {"test_desk.py", "test_public.py", "test_steps.py"}
#: Fewer cases than this were not all.
MANY = 96_000


def everything(records, *_who_and_when):
    return records.all()


@pytest.mark.parametrize(
    ("question", "address"),
    [
        ("listed", "/articles/?format=json"),
        ("listed", "/stats/"),
        ("openable_by", "{draft}"),
    ],
)
def test_a_question_that_is_not_asked_is_a_wrong_case(walk, world, question, address):
    draft = world.of_kind("article")[0]
    address = address.format(draft=draft.path)
    with mock.patch.object(PublishableQuerySet, question, everything):
        answer = walk.get("nobody", address)
    walk.expect_marks(answer.marks, public(), nothing, address)

    assert walk.wrong != []


def test_a_right_that_is_not_asked_is_a_wrong_case(world):
    approved = next(one for one in world.of_kind("article") if one.life == "approved")
    walk = Walk(world)
    with mock.patch.object(rights, "may_publish", return_value=True), transaction.atomic():
        before = state_of(approved)
        Attempts(walk).take("publish", "editor", approved)
        is_done = state_of(approved) != before
        transaction.set_rollback(True)

    assert (is_done, "editor" in steps_of(approved)["publish"]) == (True, False)


def test_every_address_was_tried(world, request, record_property):
    """The last test of all, where the others ran before."""
    ran = {item.path.name for item in request.session.items}
    if request.config.getoption("keyword") or not ran >= WALKS:
        pytest.skip("only where all doors were tried")
    record_property("cases of the gate", world.cases)
    print(f"{world.cases} cases")  # noqa: T201 (pytest -rP shows it)

    # Django leaves out the ^ of a regular expression where it stands within an address.
    untried = {address.replace("^", "") for address in addresses()} - world.routes
    assert untried == set()
    assert world.cases > MANY
