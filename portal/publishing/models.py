"""The life of a record: what every kind that the public may read has in common."""

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.vocabulary.models import Column

from .corrections import Correction
from .links import Link, Linking
from .previewing import Guest
from .reviews import Review
from .revisions import Revision
from .rights import columns_open_to
from .words import Word

__all__ = [
    "Bundle",
    "Correction",
    "Link",
    "Publishable",
    "PublishableQuerySet",
    "Review",
    "Revision",
    "Status",
    "TrashedRecord",
    "WithdrawalReason",
    "Word",
]


class Status(models.TextChoices):
    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")


class WithdrawalReason(models.TextChoices):
    IN_ERROR = "in_error", _("published in error")
    CONSOLIDATED = "consolidated", _("taken up in another record")
    OUTDATED = "outdated", _("out of date")
    LEGAL = "legal", _("for legal reasons")

    @property
    def leaves_content(self):
        """Whether the page still shows what it said; what was wrong or unlawful is gone (410)."""
        return self in {WithdrawalReason.CONSOLIDATED, WithdrawalReason.OUTDATED}


class PublishableQuerySet(models.QuerySet):
    """The one gate. Every door (page, list, search, feed, file, autocomplete) asks one of these three questions."""

    def listed(self, at=None):
        """What everybody sees. A future ``published_at`` is a schedule, not a publication."""
        return self.filter(listed_at(at or timezone.now()))

    def addressable(self, at=None):
        """Listed, and withdrawn ones: their page says why."""
        return self.filter(addressable_at(at or timezone.now()))

    def openable_by(self, user, at=None):
        """Addressable, and for those who may see them drafts, scheduled records and working copies.

        Who may: staff with the permission to view this kind, in columns that are open to them.
        """
        return self.filter(addressable_at(at or timezone.now()) | self._unpublished_of(user))

    def readable_by(self, user, at=None):
        """Openable, and with its content: the page of a record withdrawn in error tells readers only why."""
        return self.filter(readable_at(at or timezone.now()) | self._unpublished_of(user))

    def _unpublished_of(self, user):
        if isinstance(user, Guest):  # with a preview link: one row more, as whoever made the link may see it
            own = self._unpublished_of(user.user)
            if not user.opens(self.model):
                return own
            # What was taken back since the link was made is shown to nobody outside, nor is its working copy.
            taken_back = Q(status=Status.WITHDRAWN) | Q(working_copy_of__withdrawal_reason__in=_gone())
            return own | Q(pk=user.grant.pk) & ~taken_back & self._unpublished_of(user.grant.maker)
        options = self.model._meta
        if not (user.is_active and user.is_staff and user.has_perm(f"{options.app_label}.view_{options.model_name}")):
            return Q(pk__in=[])
        return _in_columns(columns_open_to(user))

    def originals(self):
        """The records themselves, without the working copies that are edited beside them."""
        return self.filter(working_copy_of=None)

    def with_shared(self, record, *names):
        """Add for each many-to-many relation of ``names`` how many of its rows each one shares with ``record``."""
        return self.annotate(**{f"shared_{name}": _shared(record, name) for name in names})

    def others_than(self, record):
        """Without ``record`` and what it is a working copy of."""
        return self.exclude(pk__in=[pk for pk in (record.pk, record.working_copy_of_id) if pk])

    def scheduled(self, at=None):
        return self.originals().filter(status=Status.PUBLISHED, published_at__gt=at or timezone.now())

    def expiring(self, within, at=None):
        """Listed now, offline before ``within`` (a timedelta) has passed."""
        at = at or timezone.now()
        return self.listed(at).filter(offline_at__lte=at + within)


def _in_columns(columns):
    """In one of ``columns`` or in none; a working copy that moves to another column is in both."""
    own = Q(column=None) | Q(column__in=columns)
    original = Q(working_copy_of=None) | Q(working_copy_of__column=None) | Q(working_copy_of__column__in=columns)
    return own & original


def _shared(record, name):
    relation = record._meta.get_field(name)
    mine, theirs = relation.m2m_field_name(), relation.m2m_reverse_field_name()
    rows = relation.remote_field.through.objects.order_by()
    held = rows.filter(**{mine: record}).values(theirs)
    shared = rows.filter(**{mine: OuterRef("pk"), f"{theirs}__in": held}).values(mine)
    return Coalesce(Subquery(shared.annotate(shared=Count(theirs, distinct=True)).values("shared")), 0)


def public_at(at):
    """What status and clock say, for every table that carries these columns, the search index too."""
    online = Q(offline_at=None) | Q(offline_at__gt=at)
    return online & Q(status=Status.PUBLISHED, published_at__lte=at)


def listed_at(at):
    """The condition of ``listed``: public by status and clock, and no working copy."""
    return public_at(at) & Q(working_copy_of=None)


def addressable_at(at):
    """The condition of ``addressable``."""
    return listed_at(at) | Q(status=Status.WITHDRAWN, published_at__lte=at, working_copy_of=None)


def readable_at(at):
    """Addressable, and with its content."""
    return addressable_at(at) & ~Q(withdrawal_reason__in=_gone())


def _gone():
    """Reasons with which the content is gone too."""
    return [reason for reason in WithdrawalReason if not reason.leaves_content]


class Bundle(models.Model):
    """Records that appear together: their publication gives all of them one ``published_at``."""

    title = models.CharField(_("title"), max_length=120)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("bundle")
        verbose_name_plural = _("bundles")

    def __str__(self):
        return self.title

    def records(self):
        """Its records of all kinds, working copies too."""
        kinds = [model for model in apps.get_models() if issubclass(model, Publishable)]
        with_columns = ("column", "working_copy_of__column")  # what decides whether they may be published
        found = (kind.objects.filter(bundle=self).select_related(*with_columns).order_by("pk") for kind in kinds)
        return [record for records in found for record in records]


class Publishable(Linking):
    """A record with a column, a status and a clock. The steps from one status to the next are in ``life``."""

    #: Names of fields and of reverse relations that are no part of a record's versions: they are changed on the live
    #: record, and neither working copies nor revisions hold them.
    apart = ()
    #: Those of ``apart`` that revisions hold nevertheless, and that never change once they are public: see ``tabled``.
    tabled = ()

    # Place
    column = models.ForeignKey(
        Column, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("column")
    )
    bundle = models.ForeignKey(
        Bundle, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("bundle")
    )

    # Life
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    published_at = models.DateTimeField(
        _("published at"), null=True, blank=True, help_text=_("In the future: scheduled. Never dated back.")
    )
    offline_at = models.DateTimeField(
        _("offline at"), null=True, blank=True, help_text=_("When it leaves the public pages by itself.")
    )
    reviews_passed = models.PositiveSmallIntegerField(_("reviews passed"), default=0, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True, editable=False)
    withdrawal_reason = models.CharField(_("reason of withdrawal"), max_length=12, choices=WithdrawalReason, blank=True)
    replacement_url = models.CharField(
        _("replaced by"), max_length=200, blank=True, help_text=_("The address that readers are sent on to.")
    )
    working_copy_of = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, editable=False, related_name="working_copies"
    )

    # Who and when
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("author")
    )
    updated_at = models.DateTimeField(_("changed at"), auto_now=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("changed by"),
    )

    objects = PublishableQuerySet.as_manager()

    class Meta:
        abstract = True
        default_permissions = ("add", "change", "delete", "view", "review", "publish")
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=Status.values),
                name="%(app_label)s_%(class)s_known_status",
                violation_error_message=_("Choose the status from the list."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[Status.PUBLISHED, Status.WITHDRAWN]) | Q(published_at__isnull=False),
                name="%(app_label)s_%(class)s_published_at_a_time",
                violation_error_message=_("Say when it is published (“published at”)."),
            ),
            models.CheckConstraint(
                condition=Q(offline_at=None) | Q(published_at=None) | Q(offline_at__gt=F("published_at")),
                name="%(app_label)s_%(class)s_offline_after_online",
                violation_error_message=_("“Offline at” must be later than “published at”."),
            ),
            models.CheckConstraint(
                condition=(
                    Q(status=Status.WITHDRAWN, withdrawn_at__isnull=False)
                    & Q(withdrawal_reason__in=WithdrawalReason.values)
                    | (~Q(status=Status.WITHDRAWN) & Q(withdrawn_at=None, withdrawal_reason=""))
                ),
                name="%(app_label)s_%(class)s_withdrawn_for_a_reason",
                violation_error_message=_("A withdrawn record needs a reason, and only a withdrawn record has one."),
            ),
            models.CheckConstraint(
                condition=Q(working_copy_of=None) | Q(status__in=[Status.DRAFT, Status.IN_REVIEW]),
                name="%(app_label)s_%(class)s_copies_are_not_public",
                violation_error_message=_("A working copy is never public itself."),
            ),
            models.UniqueConstraint(
                fields=["working_copy_of"],
                # Of copies alone: an index of all records misleads PostgreSQL's planner in every list.
                condition=Q(working_copy_of__isnull=False),
                name="%(app_label)s_%(class)s_one_working_copy",
                violation_error_message=_("This record has a working copy already."),
            ),
            models.CheckConstraint(
                condition=Q(reviews_passed=0) | Q(status=Status.IN_REVIEW),
                name="%(app_label)s_%(class)s_reviews_while_in_review",
                violation_error_message=_("Only a record in review has passed reviews."),
            ),
        ]
        indexes = [models.Index(fields=["status", "published_at"], name="%(app_label).6s_%(class)s_clock")]

    def is_listed(self, at=None):
        """The same question as ``listed``, of the row in hand."""
        at = at or timezone.now()
        return (
            self.status == Status.PUBLISHED
            and self.working_copy_of_id is None
            and self.published_at <= at
            and (self.offline_at is None or self.offline_at > at)
        )

    def is_told(self, at=None):
        """Whether readers read it: listed, and where a kind has days of its own, its day has come."""
        return self.is_listed(at)

    def is_scheduled(self, at=None):
        return self.status == Status.PUBLISHED and self.published_at > (at or timezone.now())

    def is_gone(self):
        """Withdrawn, and its content no longer shown: the page answers 410 and says why."""
        return self.status == Status.WITHDRAWN and not WithdrawalReason(self.withdrawal_reason).leaves_content

    @property
    def original(self):
        """The record itself, where this is its working copy."""
        return self.working_copy_of if self.working_copy_of_id else self

    @property
    def preview_url(self):
        """The address under which editors see this row."""
        path = self.original.get_absolute_url()
        return f"{path}?version=copy" if self.working_copy_of_id else path

    @property
    def reviews_needed(self):
        """How many reviews its column demands; to move it to another column evades none."""
        columns = {record.column for record in (self, self.original) if record.column_id}
        return max((column.review_levels for column in columns), default=0)

    @classmethod
    def versioned_fields(cls):
        """Concrete fields and many-to-many fields of which a version consists."""
        life = LIFE - {"offline_at"}
        fields = [field for field in cls._meta.concrete_fields if not field.primary_key and field.name not in life]
        links = [field for field in cls._meta.many_to_many if field.remote_field.through._meta.auto_created]
        return [field for field in [*fields, *links] if field.name not in cls.apart]

    @classmethod
    def belongings(cls):
        """Relations of the rows that go with a record: parties, amounts, citations, series."""
        return [
            relation
            for relation in cls._meta.related_objects
            if relation.one_to_many and relation.on_delete is models.CASCADE and relation.related_model is not cls
        ]

    @classmethod
    def parts(cls):
        """Those of ``belongings`` of which a version consists."""
        return [relation for relation in cls.belongings() if relation.get_accessor_name() not in cls.apart]


#: What belongs to the life of the one record and not to what it says: a copy begins its own.
LIFE = {field.name for field in Publishable._meta.local_fields} - {"column"}


class TrashedRecord(models.Model):
    """回收站: a deleted record with everything that went with it, kept so that it can be brought back."""

    kind = models.CharField(_("kind"), max_length=80)
    object_id = models.CharField(max_length=40)
    title = models.CharField(_("title"), max_length=200)
    snapshot = models.JSONField()
    deleted_at = models.DateTimeField(_("deleted at"), default=timezone.now)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("deleted by")
    )

    class Meta:
        verbose_name = _("deleted record")
        verbose_name_plural = _("recycle bin")
        ordering = ["-deleted_at"]

    def __str__(self):
        return self.title
