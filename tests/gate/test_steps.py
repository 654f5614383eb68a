"""Steps of a record's life: who is not let take one changes nothing by trying."""

import pytest
from django.db import transaction

from .attempts import Attempts, is_done, state_of
from .rights import TRIED_ELSEWHERE, steps_of
from .visits import not_drawn

pytestmark = [pytest.mark.gate, pytest.mark.django_db, pytest.mark.xdist_group("gate")]

#: Those who try the steps: in the closed column one who is let in, and one who is not.
TRIERS = dict.fromkeys(["open", "free"], ["editor", "reviewer", "publisher", "statistician", "chief"])
TRIERS["closed"] = ["administrator", "insider"]


def tries_of(one):
    """Pairs of a step and a person. What a life allows nobody is tried by who may do most."""
    people = TRIERS[one.column]
    return [(step, person) for step, who in steps_of(one).items() for person in (people if who else ["chief"])]


@pytest.mark.parametrize("kind", ["article", "page", "agreement", "indicator", "release"])
def test_a_step_is_taken_by_whom_the_table_says(walk, world, kind):
    world.loosen()
    attempts = Attempts(walk)
    with not_drawn():
        for one in world.of_kind(kind):
            is_of_all = kind == "article" and one.column != "closed"
            if not (is_of_all or (one.life, one.column) in TRIED_ELSEWHERE):
                continue
            may = steps_of(one)
            for step, person in tries_of(one):
                with transaction.atomic():
                    tried = attempts.made_ready(step, one)
                    before = state_of(tried)
                    answer = attempts.take(step, person, tried)
                    done = is_done(step, before, state_of(tried))
                    transaction.set_rollback(True)
                is_right = done == (person in may[step]) and answer.status != 500
                walk.expect(is_right, one, step, person, "done" if done else "refused", answer.status)

    walk.judge()
