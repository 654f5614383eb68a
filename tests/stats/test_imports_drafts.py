"""A draft that was there before takes the figures of an import, and what it lacks of reason, note and file."""

import datetime as dt

import pytest

from portal.publishing.models import Revision
from portal.publishing.revisions import revise
from stats.models import Release
from tests.factories import DocumentFactory, ReleaseFactory, StaffFactory
from tests.stats.import_desk import bureau, confirmed, page_of, uploaded
from tests.stats.imports import GDP, take

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def draft(**said):
    return ReleaseFactory(
        source_id=bureau(), released_on=dt.date(2026, 3, 31), title="年报", status="draft", published_at=None, **said
    )


def test_a_draft_takes_over_what_it_lacks(client, statistician, names):
    release = draft(created_by=statistician)
    revise(release, statistician)
    one = uploaded(client, released_on="2026-03-31", note="终核")
    assert "notices" not in one.report
    confirmed(client, one, note="终核")

    release.refresh_from_db()
    assert Release.objects.count() == 1
    assert (release.title, release.note, release.file_id, release.reason) == (
        "年报", "终核\n按当年价格计算。", one.document_id, "routine",
    )  # fmt: skip
    assert (release.observations.count(), release.updated_by) == (3, statistician)
    assert set(Revision.objects.of(release).last().changed) >= {"note", "file"}
    client.force_login(StaffFactory(is_superuser=True))
    assert client.get(one.document.get_absolute_url()).status_code == 200


def test_what_an_editor_wrote_stays_and_the_report_says_so(client, statistician, names):
    file = DocumentFactory()
    release = draft(created_by=statistician, note="快报数", file=file, reason="census")
    one = uploaded(client, released_on="2026-03-31", note="终核", reason="final")
    told = [
        "The draft “年报” keeps its reason of revision: “census”, not “final verification”.",
        "The draft “年报” keeps its own note.",
        "The draft “年报” keeps its own file.",
    ]
    assert one.report["notices"] == told

    confirmed(client, one, reason="final", note="终核")
    release.refresh_from_db()
    assert (release.note, release.file_id, release.reason) == ("快报数\n按当年价格计算。", file.pk, "census")
    page = client.get(page_of(one)).content.decode()
    assert one.report["notices"] == told
    assert told[1] in page


def test_a_trial_leaves_the_draft_as_it_was(client, statistician, names):
    release = draft(created_by=statistician)
    uploaded(client, released_on="2026-03-31", note="终核")

    release.refresh_from_db()
    assert (release.note, release.file_id) == ("", None)


def test_the_command_says_nothing_of_it(statistician, names):
    release = draft(created_by=statistician, note="快报数", reason="census")

    report = take(GDP, released="2026-03-31", by=statistician)
    assert (report.new, report.notices) == (3, [])
    release.refresh_from_db()
    assert (release.note, release.reason) == ("快报数\n按当年价格计算。", "census")
