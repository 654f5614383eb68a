"""Narrative in the terms of a newsroom: the article, and the words in it that tell a figure or an agreement."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agreements.models import Agreement
from portal.media.models import Image, UsesMedia
from portal.publishing.models import Publishable, PublishableQuerySet
from portal.publishing.richtext import RichTextField, visible_text
from portal.search.documents import SearchDocument
from portal.vocabulary.models import Organization, Region, Topic
from stats.models import Indicator, Observation


class ArticleQuerySet(PublishableQuerySet):
    def telling(self, target):
        """Articles that cite ``target``: an agreement, or any figure of an indicator."""
        lookup = {Agreement: "citations__agreement", Indicator: "citations__observation__series__indicator"}
        return self.filter(**{lookup[type(target)]: target}).distinct()

    def incomplete(self):
        """Without a source, a region or a column: what an editor still has to give."""
        return self.originals().filter(Q(source=None) | Q(regions=None) | Q(column=None)).distinct()

    def unsupported(self):
        """Without any citation: nothing in it opens its evidence."""
        return self.originals().filter(citations=None)

    def related_to(self, article):
        """Other articles with the same topics, regions, organizations: those that share most first, then the newest."""
        names = ("topics", "regions", "organizations")
        found = self.others_than(article).with_shared(article, *names)
        found = found.annotate(shared=sum(F(f"shared_{name}") for name in names)).filter(shared__gt=0)
        return found.order_by("-shared", "-published_at", "-pk")

    def before(self, article):
        """Those of its column that were published before ``article``, the newest first; those of one moment by key."""
        return self._beside(article, "lt").order_by("-published_at", "-pk")

    def after(self, article):
        """Those of its column that were published after ``article``, the oldest first."""
        return self._beside(article, "gt").order_by("published_at", "pk")

    def _beside(self, article, lookup):
        if article.column_id is None or article.published_at is None:
            return self.none()
        moment = {"published_at": article.published_at, f"pk__{lookup}": article.pk}
        beside = Q(**{f"published_at__{lookup}": article.published_at}) | Q(**moment)
        return self.others_than(article).filter(beside, column=article.column_id)

    def for_listing(self):
        """With what a teaser shows, pinned ones first, then the newest."""
        return self.select_related("column", "source", "image").order_by("-is_pinned", "-published_at", "-pk")


class Article(Publishable, UsesMedia):
    search_kind = "article"
    apart = ("is_pinned", "is_recommended")

    # Headlines
    kicker = models.CharField(_("kicker (引题)"), max_length=120, blank=True)
    headline = models.CharField(_("headline"), max_length=120)
    subhead = models.CharField(_("subhead (副题)"), max_length=160, blank=True)

    # Text
    lead = models.TextField(
        _("lead (导语)"), blank=True, help_text=_("Shown in lists; without one, the text's beginning.")
    )
    body = RichTextField(_("text"), blank=True)
    image = models.ForeignKey(
        Image, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("picture for lists")
    )

    # Provenance
    source = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="articles", verbose_name=_("source")
    )
    source_url = models.URLField(_("address of the source"), max_length=500, blank=True)
    byline = models.CharField(_("byline"), max_length=80, blank=True)
    editor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("editor in charge"),
    )
    proofreader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("proofreader")
    )
    dated = models.DateField(_("dated"), default=timezone.localdate, help_text=_("The article's own date."))

    # Subjects
    topics = models.ManyToManyField(Topic, blank=True, related_name="articles", verbose_name=_("topics"))
    regions = models.ManyToManyField(Region, blank=True, related_name="articles", verbose_name=_("regions"))
    organizations = models.ManyToManyField(
        Organization, blank=True, related_name="mentions", verbose_name=_("organizations it is about")
    )

    # Place in lists
    is_pinned = models.BooleanField(_("pinned"), default=False, help_text=_("Stands above the newest."))
    is_recommended = models.BooleanField(_("recommended"), default=False, help_text=_("Shown on the home page."))

    objects = ArticleQuerySet.as_manager()

    class Meta(Publishable.Meta):
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["-published_at", "-pk"]
        constraints = [
            *Publishable.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(headline=""),
                name="articles_article_has_headline",
                violation_error_message=_("Give the article a headline."),
            ),
        ]

    def __str__(self):
        return self.headline

    def get_absolute_url(self):
        return reverse("article-detail", args=[self.pk])

    @property
    def teaser(self):
        """The lead, or the beginning of the text, as plain words."""
        return self.lead or visible_text(self.body)[:160]

    def search_document(self):
        regions = list(self.regions.all())
        organizations = list(self.organizations.all()) + ([self.source] if self.source else [])
        return SearchDocument(
            title=self.headline,
            texts=[
                self.kicker,
                self.subhead,
                self.lead,
                visible_text(self.body),
                self.byline,
                *(region.name for region in regions),
                *(organization.name for organization in organizations),
            ],
            teaser=self.teaser,
            url=self.get_absolute_url(),
            dated=self.dated.isoformat(),
            facets={
                "region": [region.pk for region in regions],
                "topic": list(self.topics.values_list("pk", flat=True)),
                "organization": [organization.pk for organization in organizations],
                "year": [f"{self.dated:%Y}"],
            },
        )


class CitationQuerySet(models.QuerySet):
    def of(self, target):
        """Citations of a figure or of an agreement, in articles that everybody may read."""
        field = "agreement" if isinstance(target, Agreement) else "observation"
        return self.filter(**{field: target}, article__in=Article.objects.listed())

    def for_evidence(self):
        """With what the box of an article shows, of targets that everybody may read: a draft's figure stays hidden."""
        figures = Q(observation__in=Observation.objects.listed())
        return (
            self.filter(figures | Q(agreement__in=Agreement.objects.listed()))
            .select_related(
                "observation__unit",
                "observation__series__indicator",
                "observation__series__region",
                "observation__release__source",
                "agreement",
            )
            .prefetch_related("agreement__amounts__unit", "agreement__milestones")
        )


class Citation(models.Model):
    """W3C Web Annotation, TextQuoteSelector: the words of the article that tell exactly one figure or agreement."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="citations", verbose_name=_("article"))
    exact = models.CharField(_("quote"), max_length=400, help_text=_("The words as they stand in the text."))
    prefix = models.CharField(_("words before"), max_length=60, blank=True)
    suffix = models.CharField(_("words after"), max_length=60, blank=True)
    observation = models.ForeignKey(
        Observation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="citations",
        verbose_name=_("figure"),
    )
    agreement = models.ForeignKey(
        Agreement, models.PROTECT, null=True, blank=True, related_name="citations", verbose_name=_("agreement")
    )
    part = models.CharField(
        _("part of the agreement"),
        max_length=60,
        blank=True,
        help_text=_("amount:total_investment:agreed or milestone:started; empty for the agreement as a whole."),
    )
    is_lost = models.BooleanField(_("lost"), default=False, editable=False)

    objects = CitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(observation__isnull=True) ^ Q(agreement__isnull=True),
                name="articles_citation_has_one_target",
                violation_error_message=_("Cite a figure or an agreement: one of them, and not both."),
            ),
            models.CheckConstraint(
                condition=Q(part="") | Q(agreement__isnull=False),
                name="articles_citation_part_of_an_agreement",
                violation_error_message=_("Only an agreement has parts. Leave “part” empty for a figure."),
            ),
        ]

    def __str__(self):
        return self.exact

    def clean(self):
        super().clean()
        if self.part and self.agreement_id:
            parts = {
                row.key for rows in (self.agreement.amounts.all(), self.agreement.milestones.all()) for row in rows
            }
            if self.part not in parts:
                raise ValidationError(
                    {"part": _("This agreement has no such part. It has: %s") % ", ".join(sorted(parts))}
                )
