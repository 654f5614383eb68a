import datetime as dt

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from portal.media.models import Image
from portal.media.renditions import Rendition, open_file
from portal.media.sweeping import sweep
from portal.publishing.models import TrashedRecord
from portal.publishing.trash import discard, restore
from tests.factories import DocumentFactory, ImageFactory, StaffFactory


def files(settings):
    return {path.name for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()}


@pytest.mark.django_db
def test_only_what_neither_a_row_nor_the_bin_names_is_removed(settings, capsys):
    kept, binned, gone = ImageFactory.create_batch(3)
    DocumentFactory()
    for image in (kept, binned, gone):
        open_file(image, Rendition.THUMB).close()
    before = files(settings)
    of_gone = {gone.file.name.rpartition("/")[2], Rendition.THUMB.kept(gone).name.rpartition("/")[2]}
    chief = StaffFactory()
    discard(binned, chief)
    discard(gone, chief)
    TrashedRecord.objects.order_by("pk").last().delete()

    assert sweep() == []  # a file may be of an upload that is still under way
    with time_machine.travel(timezone.now() + dt.timedelta(days=2)):
        call_command("sweep_media")

    assert capsys.readouterr().out == "2 files removed\n"
    assert before - files(settings) == of_gone
    restore(TrashedRecord.objects.get())
    assert Image.objects.count() == 2


def test_an_empty_storage_is_swept_too(db):
    assert sweep() == []
