"""Removing files for good: those that neither a row of ours nor the recycle bin names."""

import datetime as dt
from pathlib import PurePath

from django.conf import settings
from django.utils import timezone

from portal.publishing.models import TrashedRecord

from .models import Asset

__all__ = ["sweep"]

#: A file lies in the storage before its row is written; so much later it is an orphan.
GRACE = dt.timedelta(days=1)


def sweep():
    """Delete orphaned files and their renditions from the storage. Returns their names."""
    storage = Asset._meta.get_field("file").storage
    kept = set(Asset.objects.values_list("file", flat=True)) | binned()
    # imagekit keeps the renditions of assets/ab/abc.jpg in <cache>/assets/ab/abc/.
    kept |= {str(PurePath(settings.IMAGEKIT_CACHEFILE_DIR, name).with_suffix("")) for name in kept}
    swept = []
    for folder in ("assets", str(PurePath(settings.IMAGEKIT_CACHEFILE_DIR, "assets"))):
        for name in files_below(storage, folder):
            orphan = name not in kept and str(PurePath(name).parent) not in kept
            if orphan and storage.get_modified_time(name) < timezone.now() - GRACE:
                storage.delete(name)
                swept.append(name)
    return swept


def binned():
    """The names of files that the recycle bin could bring back."""
    kinds = Asset.objects.model._meta.app_config.get_models(include_auto_created=False)
    labels = [model._meta.label_lower for model in kinds if issubclass(model, Asset)]
    rows = (row for trashed in TrashedRecord.objects.filter(kind__in=labels) for row in trashed.snapshot["rows"])
    return {row["fields"]["file"] for row in rows if row["model"] in labels}


def files_below(storage, folder):
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:  # nothing has been uploaded yet
        return
    for name in files:
        yield f"{folder}/{name}"
    for name in folders:
        yield from files_below(storage, f"{folder}/{name}")
