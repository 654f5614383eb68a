"""The site's own words: pages, menu, and the imprint that Chinese sites must show; and what readers write to it."""

from django.conf import settings
from django.core.cache import cache
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.media.models import UsesMedia
from portal.publishing.models import Publishable
from portal.publishing.richtext import RichTextField
from portal.vocabulary.names import localized

from .references import new_reference

#: Menus and imprint are read by every page and change a few times a year.
SITE_CACHE = "pages.site"
#: Characters of what a reader writes, and of the reply.
MESSAGE_LENGTH = 2000


class Page(Publishable, UsesMedia):
    """A page that belongs to no kind: about, contact, privacy."""

    slug = models.SlugField(_("address"), max_length=60)
    title = models.CharField(_("title"), max_length=80)
    title_en = models.CharField(_("English title"), max_length=120, blank=True)
    body = RichTextField(_("text"), blank=True)

    class Meta(Publishable.Meta):
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        ordering = ["slug"]
        constraints = [
            *Publishable.Meta.constraints,
            models.UniqueConstraint(
                fields=["slug"],
                condition=Q(working_copy_of=None),
                name="pages_page_slug",
                violation_error_message=_("Another page has this address. Choose a different one."),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("page", args=[self.slug])


class SitePart(models.Model):
    """A row of the frame around every page: whoever saves or deletes it makes the next page read it anew."""

    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        abstract = True
        ordering = ["position", "pk"]

    def save(self, **kwargs):
        super().save(**kwargs)
        cache.delete(SITE_CACHE)

    def delete(self, **kwargs):
        deleted = super().delete(**kwargs)
        cache.delete(SITE_CACHE)
        return deleted


class MenuItem(SitePart):
    class Place(models.TextChoices):
        HEADER = "header", _("header")
        FOOTER = "footer", _("footer")

    place = models.CharField(pgettext_lazy("menu item", "place"), max_length=6, choices=Place)
    label = models.CharField(_("label"), max_length=30)
    label_en = models.CharField(_("English label"), max_length=40, blank=True)
    url = models.CharField(_("address"), max_length=200, help_text=_("/articles/ or https://…"))

    class Meta(SitePart.Meta):
        verbose_name = _("menu item")
        verbose_name_plural = _("menu")
        ordering = ["place", *SitePart.Meta.ordering]
        constraints = [
            models.CheckConstraint(
                condition=Q(url__startswith="/") | Q(url__startswith="https://") | Q(url__startswith="http://"),
                name="pages_menuitem_address",
                violation_error_message=_("The address begins with / or https://."),
            )
        ]

    def __str__(self):
        return self.label

    @property
    def name(self):
        return localized(self, "label")


class Imprint(SitePart):
    """Who is responsible for this site. There is one."""

    site_name = models.CharField(_("name of the site"), max_length=40)
    site_name_en = models.CharField(_("English name"), max_length=60, blank=True)
    tagline = models.CharField(_("tagline"), max_length=80, blank=True)
    copyright = models.CharField(_("copyright"), max_length=200, blank=True)

    class Meta(SitePart.Meta):
        verbose_name = _("imprint")
        verbose_name_plural = _("imprint")
        constraints = [
            models.CheckConstraint(
                condition=Q(pk=1),
                name="pages_imprint_is_one",
                violation_error_message=_("There is one imprint. Change that one."),
            )
        ]

    def __str__(self):
        return self.site_name

    def save(self, **kwargs):
        self.pk = 1
        super().save(**kwargs)

    @property
    def name(self):
        return localized(self, "site_name")


class Hotline(SitePart):
    """新闻热线, 举报电话."""

    imprint = models.ForeignKey(Imprint, models.CASCADE, related_name="hotlines")
    label = models.CharField(_("label"), max_length=30)
    number = models.CharField(pgettext_lazy("hotline", "number"), max_length=40)

    class Meta(SitePart.Meta):
        verbose_name = _("hotline")
        verbose_name_plural = _("hotlines")

    def __str__(self):
        return f"{self.label}：{self.number}"


class Responsibility(SitePart):
    """主管单位, 主办单位, 协办单位, 技术支持."""

    class Role(models.TextChoices):
        SUPERVISOR = "supervisor", _("supervised by (主管单位)")
        SPONSOR = "sponsor", _("run by (主办单位)")
        CO_ORGANIZER = "co_organizer", _("with (协办单位)")
        TECHNICAL = "technical", _("technical support (技术支持)")

    imprint = models.ForeignKey(Imprint, models.CASCADE, related_name="responsibilities")
    role = models.CharField(_("role"), max_length=12, choices=Role)
    name = models.CharField(_("name"), max_length=120)

    class Meta(SitePart.Meta):
        verbose_name = _("responsible unit")
        verbose_name_plural = _("responsible units")

    def __str__(self):
        return self.name


class Licence(SitePart):
    """A licence or filing that must stand on every page: ICP备案, 公安备案, 互联网新闻信息服务许可证."""

    imprint = models.ForeignKey(Imprint, models.CASCADE, related_name="licences")
    name = models.CharField(_("name"), max_length=60)
    number = models.CharField(pgettext_lazy("licence", "number"), max_length=60)
    url = models.URLField(_("address for checking it"), blank=True)

    class Meta(SitePart.Meta):
        verbose_name = _("licence")
        verbose_name_plural = _("licences")

    def __str__(self):
        return f"{self.name}：{self.number}"


class FeedbackQuerySet(models.QuerySet):
    def unanswered(self):
        """What waits for the office."""
        return self.filter(state__in=[state for state in Feedback.State if state.is_open])


class Feedback(models.Model):
    """What a reader wrote to the office. Its contact is personal: only the office sees it, and no address is kept."""

    class Kind(models.TextChoices):
        OPINION = "opinion", pgettext_lazy("feedback", "opinion")
        CORRECTION = "correction", pgettext_lazy("feedback", "correction of an error")
        REPORT = "report", pgettext_lazy("feedback", "report of misconduct")

    class State(models.TextChoices):
        RECEIVED = "received", pgettext_lazy("feedback", "received")
        IN_PROGRESS = "in_progress", pgettext_lazy("feedback", "in progress")
        ANSWERED = "answered", pgettext_lazy("feedback", "answered")
        CLOSED = "closed", pgettext_lazy("feedback", "closed")

        @property
        def is_open(self):
            return self in {self.RECEIVED, self.IN_PROGRESS}

    # What was written
    reference = models.CharField(_("reference"), max_length=14, unique=True, default=new_reference, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.OPINION)
    about = models.CharField(_("page it is about"), max_length=300, blank=True)
    subject = models.CharField(_("subject"), max_length=80, blank=True)
    message = models.TextField(_("message"), max_length=MESSAGE_LENGTH)
    received_at = models.DateTimeField(_("received at"), default=timezone.now, editable=False, db_index=True)

    # By whom, as far as they say
    name = models.CharField(pgettext_lazy("person", "name"), max_length=40, blank=True)
    contact = models.CharField(_("contact"), max_length=120, blank=True)

    # What came of it
    state = models.CharField(_("state"), max_length=11, choices=State, default=State.RECEIVED, db_index=True)
    reply = models.TextField(_("reply"), max_length=MESSAGE_LENGTH, blank=True)
    replied_at = models.DateTimeField(_("replied at"), null=True, blank=True, editable=False)
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("replied by"),
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["opinion", "correction", "report"]), name="pages_feedback_kind"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["received", "in_progress", "answered", "closed"]), name="pages_feedback_state"
            ),
            models.CheckConstraint(
                condition=~Q(message="") & LessThanOrEqual(Length("message"), MESSAGE_LENGTH),
                name="pages_feedback_message",
                violation_error_message=_("The message is empty or longer than 2,000 characters."),
            ),
            models.CheckConstraint(
                condition=Q(about="")
                | (Q(about__startswith="/") & ~Q(about__startswith="//") & ~Q(about__contains="\\")),
                name="pages_feedback_about_this_site",
                violation_error_message=_("Give the address of a page of this site; it begins with /."),
            ),
            models.CheckConstraint(
                condition=Q(reply="", replied_at=None, replied_by=None)
                | (~Q(reply="") & Q(replied_at__isnull=False, replied_by__isnull=False)),
                name="pages_feedback_reply_has_time_and_author",
            ),
            models.CheckConstraint(
                condition=~Q(state="answered") | ~Q(reply=""),
                name="pages_feedback_answered_has_reply",
                violation_error_message=_("Write the reply before calling it answered."),
            ),
        ]

    def __str__(self):
        # Without a word of the sender's: the history of the admin keeps it beyond the record.
        return f"{self.get_kind_display()} {self.reference}"

    def get_absolute_url(self):
        return reverse("feedback-state", args=[self.reference])

    def set_reply(self, by):
        """Note that ``reply`` is the word of ``by`` from now on; what was still open is answered by it."""
        self.replied_at, self.replied_by = (timezone.now(), by) if self.reply else (None, None)
        if self.reply and self.State(self.state).is_open:
            self.state = self.State.ANSWERED
