"""The release calendar as readers see it: a list with filters, files, a feed, and a file for calendar programs."""

from django.db.models import Case, F, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView

from portal.publishing.feeds import Entry
from portal.search.filters import ListFilter
from portal.search.forms import FormatForm
from portal.search.lists import FilteredList, Table
from portal.vocabulary.dates import bounds

from . import calendar_file
from .calendar import Announcement, Standing

STATUSES = {Standing.PROVISIONAL: "TENTATIVE", Standing.CONFIRMED: "CONFIRMED", Standing.CANCELLED: "CANCELLED"}


class CalendarFilter(ListFilter):
    lookups = {"organization": ["source"], "year": ["due_year"]}

    q = column = region = topic = None

    class Meta:
        model = Announcement
        fields = ["organization", "year"]


class CalendarFormatForm(FormatForm):
    """The formats of every list, and the one of calendar programs."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["format"].choices += [("ics", "iCalendar")]
        self.fields["format"].error_messages["invalid_choice"] = _(
            "There is no format “%(value)s”. There are csv, xlsx, json, atom and ics."
        )


class CalendarTable(Table):
    name = "release-calendar"
    title = gettext_lazy("Release calendar")
    columns = [
        ("title", gettext_lazy("title")),
        ("source", gettext_lazy("source")),
        ("date", gettext_lazy("date")),
        ("time", gettext_lazy("hour")),
        ("state_label", gettext_lazy("state")),
        ("released_on", gettext_lazy("released on")),
        ("changes", gettext_lazy("changes of date")),
        ("indicators", gettext_lazy("indicators")),
        ("url", gettext_lazy("address")),
    ]

    def row(self, announcement):
        return {
            "kind": "announcement",
            "title": announcement.label,
            "url": announcement.get_absolute_url(),
            "source": announcement.source.label,
            "date": announcement.due,
            "time": announcement.hour and f"{announcement.hour:%H:%M}",
            "state": announcement.state,
            "state_label": announcement.state.label,
            "released_on": announcement.release.released_on if announcement.is_out else None,
            "changes": [change_text(change) for change in announcement.changes()],
            "indicators": [indicator.label for indicator in announcement.indicators.all()],
        }

    def newest(self, announcements):
        news = Case(
            When(is_withdrawn=True, then=F("release__withdrawn_at")),
            When(is_published=True, then=F("release__published_at")),
            default=F("told_at"),
        )
        return announcements.order_by(news.desc(), "-pk")

    def entry(self, announcement):
        """Every change of date is an entry, and so is the publication, and that it was withdrawn."""
        told = announcement.news_at
        title = [announcement.label, announcement.when, announcement.state.label]
        version = announcement.state.value if announcement.is_out else str(announcement.number)
        return Entry(
            " · ".join(map(str, title)),
            announcement.get_absolute_url(),
            told,
            told,
            "\n".join(history(announcement)),
            announcement.source.label,
            version,
        )


def history(announcement):
    """What became of its dates, and why its release was withdrawn, in sentences."""
    said = [change_text(change) for change in announcement.changes()]
    return said + (
        [_("withdrawn: %s") % announcement.release.get_withdrawal_reason_display()] if announcement.is_withdrawn else []
    )


def change_text(change):
    """A change of date in one sentence."""
    said = {"earlier": change["earlier"], "later": change["later"], "reason": change["later"].reason}
    if change["later"].is_cancellation:
        return _("%(earlier)s: cancelled. %(reason)s") % said
    return _("%(earlier)s → %(later)s. %(reason)s") % said


class CalendarList(FilteredList):
    filterset_class = CalendarFilter
    format_form_class = CalendarFormatForm
    template_name = "stats/calendar.html"
    paginate_by = 50
    table = CalendarTable()

    def get_queryset(self):
        return Announcement.objects.for_listing()

    def as_own_format(self, format, announcements):
        """The rows as a file for calendar programs, which ask for it again and again."""
        events = [event(one, self.request) for one in announcements]
        return calendar_file.respond(self.request, self.table.name, str(self.title), events)


def event(announcement, request):
    """An announced release as an event; while only its month is known it lasts the whole month, all day."""
    first, last = bounds(announcement.due)
    said = [announcement.source.label, announcement.state.label, *history(announcement)]
    return calendar_file.Event(
        uid=f"announcement-{announcement.pk}@{request.get_host()}",
        title=announcement.label,
        start=announcement.moment or first,
        end=last,
        changed=announcement.news_at,
        status="CONFIRMED" if announcement.is_out else STATUSES[announcement.standing],
        version=announcement.number - 1 + announcement.is_out + announcement.is_withdrawn,
        description="\n".join(map(str, said)),
        url=request.build_absolute_uri(announcement.get_absolute_url()),
    )


class AnnouncementDetail(DetailView):
    template_name = "stats/calendar_entry.html"

    def get_queryset(self):
        return Announcement.objects.for_listing()
