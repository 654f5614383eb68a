"""What a record says of itself to the search. A kind takes part by having ``search_kind`` and ``search_document()``."""

from dataclasses import dataclass, field

from django.apps import apps


@dataclass(frozen=True)
class SearchDocument:
    """One record as readers may find it: visible words only, never what its page does not show.

    ``texts`` stand in order of importance (lead, body, names of parties …); a phrase never reaches from one into the
    next. ``teaser`` is shown where no passage fits, ``dated`` is a date in words or ISO 8601. ``facets`` are values by
    the name of their facet: primary keys of regions, topics and organizations, years. Such a value is public as long as
    its record, or, as a triple (value, since, until), for a time of its own.
    """

    title: str
    texts: list[str] = field(default_factory=list)
    teaser: str = ""
    url: str = ""
    dated: str = ""
    facets: dict[str, list] = field(default_factory=dict)


def searchable_models():
    """Every model that has a search document, by its ``search_kind``, in the order of INSTALLED_APPS.

    A model may also have ``search_dependents()``, pairs of a searchable model and primary keys whose entries change
    with it, and its QuerySet may have ``for_search()``, which fetches in few queries what the documents need.
    """
    return {
        model.search_kind: model
        for model in apps.get_models()
        if hasattr(model, "search_document") and not model._meta.proxy
    }
