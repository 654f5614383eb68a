"""What a file of figures must explain: what it is, what its signs mean, and whose words it holds."""

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.publishing.tables import Sheet
from portal.vocabulary.quantities import Qualifier

from .codelists import ObsStatus, Reason, Stage

NOTES = [
    ("subject", gettext_lazy("Explained")),
    ("sign", gettext_lazy("Sign")),
    ("words", gettext_lazy("Explanation")),
]
SOURCES = [
    ("source", gettext_lazy("Source")),
    ("release", gettext_lazy("Release")),
    ("released_on", gettext_lazy("Released on")),
    ("rank", gettext_lazy("rank")),
    ("reason", gettext_lazy("reason of revision")),
    ("url", gettext_lazy("Address at the source")),
    ("page", gettext_lazy("Address here")),
]
#: What the words around a number make of it.
MEANINGS = {
    Qualifier.EXACT: gettext_lazy("The value is the number."),
    Qualifier.ABOUT: gettext_lazy("The value is near the number as printed; nobody says how near."),
    Qualifier.NEARLY: gettext_lazy("The value lies below the number under “at most”."),
    Qualifier.OVER: gettext_lazy("The value lies above the number under “at least”."),
    Qualifier.AT_LEAST: gettext_lazy("The value is the number under “at least” or more."),
    Qualifier.AT_MOST: gettext_lazy("The value is the number under “at most” or less."),
    Qualifier.UNDER: gettext_lazy("The value lies below the number under “at most”."),
    Qualifier.RANGE: gettext_lazy("The value lies between the two numbers."),
    Qualifier.ORDER_OF_MAGNITUDE: gettext_lazy("The number as printed says how large the value is, and no more."),
}


class Explanation:
    """Gathered while the rows of a file are written: which signs and which releases occur in it.

    ``page`` is the path of the page that shows the same, ``day`` the one as of which it does, ``chosen`` are pairs of a
    label and words: what it is filtered by.
    """

    def __init__(self, request, title, page, day=None, chosen=()):
        self.root = request.build_absolute_uri("/")[:-1]
        self.title, self.page, self.day, self.chosen = str(title), self.root + page, day, list(chosen)
        self.releases, self.signs = {}, set()

    def add(self, figure):
        """Explain ``figure``, which has its release with the source."""
        self.releases.setdefault(figure.release_id, figure.release)
        self.signs.add((figure.qualifier, figure.obs_status, figure.stage))

    def sheets(self):
        """“Notes” and “Sources”, to be read after the rows."""
        return [Sheet(_("Notes"), NOTES, self._notes()), Sheet(_("Sources"), SOURCES, self._sources())]

    def lines(self):
        """The notes as lines of text."""
        return [" · ".join(filter(None, map(str, note.values()))) for note in self._notes()]

    def in_order(self):
        """The releases, the last one first."""
        return sorted(self.releases.values(), key=lambda one: (one.released_on, one.source.name), reverse=True)

    def _notes(self):
        yield _note(_("This file"), self.title)
        yield from (_note(label, str(words)) for label, words in self.chosen)
        day = min(self.day or timezone.localdate(), timezone.localdate())
        yield _note(_("As it was known on"), formats.date_format(day, "Y-m-d"))
        yield _note(_("Downloaded"), formats.date_format(timezone.localtime(), "Y-m-d H:i"))
        yield _note(_("address"), self.page)
        told = [set(signs) for signs in zip(*self.signs, strict=True)] or [set()] * 3
        if told[0] - {Qualifier.EXACT}:
            words = _("What is not exact has no value but its limits, and stands as it was printed.")
            yield _note(_("Value"), words)
        for choices, name, signs in zip((Qualifier, ObsStatus, Stage), _names(), told, strict=True):
            for one in choices:
                if one.value and one.value in signs:
                    words = f"{one.label}: {MEANINGS[one]}" if choices is Qualifier else one.label
                    yield _note(name, words, one.value)
        for release in self.in_order():
            if release.note:
                yield _note(_("Note of the release"), release.note, release.label)

    def _sources(self):
        for release in self.in_order():
            yield {
                "source": release.source.label,
                "release": release.label,
                "released_on": release.released_on,
                "rank": release.get_rank_display(),
                "reason": Reason(release.reason).label,
                "url": release.url,
                "page": self.root + release.get_absolute_url(),
            }


def _names():
    return _("Qualifier"), _("observation status"), _("Stage")


def _note(subject, words, sign=""):
    return {"subject": subject, "sign": sign, "words": words}
