"""Writes entries: for what has changed, for what a bulk operation names, for everything."""

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from . import index
from .documents import searchable_models
from .folding import fold
from .grams import grams_of
from .models import Facet, SearchEntry
from .query import storable

#: Records in one transaction: short enough for editors to save meanwhile.
BATCH = 100

_COPIED = ("status", "published_at", "offline_at", "column_id")
_WRITTEN = [
    field.name for field in SearchEntry._meta.concrete_fields if field.name not in ("id", "content_type", "object_id")
]


def refresh(model, pks):
    """Bring the entries of these records in step with their rows; entries of those that are gone are removed.

    Saving and deleting a record, a row of it, or a name it shows call this by themselves once the transaction is
    committed. Call it after ``bulk_create``, ``bulk_update`` and ``update``, which send no signals.
    """
    pks = sorted({pk for pk in pks if pk is not None})
    for start in range(0, len(pks), BATCH):
        _refresh_batch(model._meta.concrete_model, pks[start : start + BATCH])


@transaction.atomic
def _refresh_batch(model, pks):
    kind = ContentType.objects.get_for_model(model)
    records = model._default_manager.filter(pk__in=pks, working_copy_of=None)
    if connection.features.has_select_for_update:
        # Whoever changes a record meanwhile waits, and then refreshes it after us. SQLite has one writer at a time.
        list(records.order_by("pk").select_for_update(of=("self",), no_key=True).values_list("pk"))
    if hasattr(records, "for_search"):
        records = records.for_search()
    documents = {record.pk: (record, record.search_document()) for record in records}
    SearchEntry.objects.filter(content_type=kind, object_id__in=set(pks) - set(documents)).delete()
    write(kind, model.search_kind, documents)


def write(content_type, kind, documents):
    """Insert or rewrite entries with their grams and facets: {primary key: (record, its document)}."""
    entries = [_entry(content_type, kind, record, document) for record, document in documents.values()]
    SearchEntry.objects.bulk_create(
        entries, update_conflicts=True, unique_fields=["content_type", "object_id"], update_fields=_WRITTEN
    )
    # Read back: SQLite does not promise to return the keys in the order of the rows.
    keys = dict(
        SearchEntry.objects.filter(content_type=content_type, object_id__in=documents).values_list("object_id", "pk")
    )
    index.write({keys[entry.object_id]: grams_of(entry.folded) for entry in entries})
    facets = {
        (keys[pk], facet, *(value if isinstance(value, tuple) else (value, None, None)))
        for pk, (_record, document) in documents.items()
        for facet, values in document.facets.items()
        for value in values
    }
    Facet.objects.filter(entry__in=keys.values()).delete()
    Facet.objects.bulk_create(
        Facet(entry_id=entry, facet=facet, value=value, since=since, until=until)
        for entry, facet, value, since, until in facets
    )


def _entry(content_type, kind, record, document):
    title = storable(document.title)
    texts = [text for text in map(storable, document.texts) if text]
    return SearchEntry(
        content_type=content_type,
        object_id=record.pk,
        kind=kind,
        **{name: getattr(record, name) for name in _COPIED},
        title=title[: SearchEntry._meta.get_field("title").max_length],
        url=document.url,
        dated=document.dated,
        teaser=storable(document.teaser),
        text="\n".join(texts),
        title_folded=fold(title),
        # A line for each text, so that no phrase reaches from one into the next.
        folded="\n".join(map(fold, [title, *texts])),
    )


def rebuild(progress=lambda kind, done, total: None):
    """Write every entry anew while the portal serves; return the number of records by kind.

    Each batch is a transaction of its own; ``progress`` is called after each.
    """
    index.create()
    counts = {}
    for kind, model in searchable_models().items():
        originals = model._default_manager.filter(working_copy_of=None).order_by("pk")
        total = originals.count()
        counts[kind] = last = 0
        while pks := list(originals.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
            _refresh_batch(model, pks)
            counts[kind] += len(pks)
            last = pks[-1]
            progress(kind, counts[kind], total)
        _remove_orphans(model)
    kinds = ContentType.objects.get_for_models(*searchable_models().values()).values()
    SearchEntry.objects.exclude(content_type__in=list(kinds)).delete()
    index.sweep()
    return counts


def _remove_orphans(model):
    """Entries whose record was deleted past all signals."""
    living = model._base_manager.filter(pk=OuterRef("object_id"), working_copy_of=None)
    SearchEntry.objects.of_kind(model).exclude(Exists(living)).delete()
