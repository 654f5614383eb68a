"""Records that are valid by default: a test names only what it is about. Append factories of your kind at the end."""

import datetime as dt
import hashlib
import io

import factory
import PIL.Image
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.utils import timezone
from factory.django import DjangoModelFactory

from agreements.models import Agreement, Amount, Milestone, Party
from articles.models import Article, Citation
from portal.accounts.models import User
from portal.media.models import Document, Image
from portal.pages.models import Feedback, Page
from portal.publishing.corrections import publish as publish_correction
from portal.publishing.models import Correction, Status, Word
from portal.vocabulary.models import Column, Organization, Region, Topic, Unit
from stats.calendar import Announcement, Standing
from stats.models import Finding, Indicator, Observation, Release, Rule, Series


def yesterday():
    return timezone.now() - dt.timedelta(days=1)


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    username = factory.Sequence("reader{}".format)
    name = factory.Sequence("读者{}".format)


class StaffFactory(UserFactory):
    """Sees everything in the admin."""

    username = factory.Sequence("chief{}".format)
    is_staff = True
    is_superuser = True


class RegionFactory(DjangoModelFactory):
    class Meta:
        model = Region

    code = factory.Sequence(lambda n: f"{900000 + n}")
    name = factory.Sequence("测试{}市".format)
    kind = "province"


class OrganizationFactory(DjangoModelFactory):
    class Meta:
        model = Organization

    name = factory.Sequence("机构{}".format)
    kind = "other"


class TopicFactory(DjangoModelFactory):
    class Meta:
        model = Topic

    slug = factory.Sequence("topic-{}".format)
    name = factory.Sequence("主题{}".format)


class ColumnFactory(DjangoModelFactory):
    class Meta:
        model = Column

    slug = factory.Sequence("column-{}".format)
    name = factory.Sequence("栏目{}".format)


class UnitFactory(DjangoModelFactory):
    class Meta:
        model = Unit
        django_get_or_create = ["code"]

    code = "CNY"
    symbol = "元"
    name = "元"
    dimension = "currency"


class PublishedFactory(DjangoModelFactory):
    """A record that everybody sees since yesterday."""

    class Meta:
        abstract = True
        skip_postgeneration_save = True

    status = Status.PUBLISHED
    published_at = factory.LazyFunction(yesterday)

    @classmethod
    def related(cls, name):
        """A post-generation hook that sets the many-to-many relation ``name``."""

        def hook(record, create, extracted, **kwargs):
            if create and extracted:
                getattr(record, name).set(extracted)

        return factory.post_generation(hook)


class ArticleFactory(PublishedFactory):
    class Meta:
        model = Article

    headline = factory.Sequence("文章{}".format)
    source = factory.SubFactory(OrganizationFactory)
    column = factory.SubFactory(ColumnFactory)
    topics = PublishedFactory.related("topics")
    regions = PublishedFactory.related("regions")
    organizations = PublishedFactory.related("organizations")


class PageFactory(PublishedFactory):
    class Meta:
        model = Page

    slug = factory.Sequence("page-{}".format)
    title = factory.Sequence("页面{}".format)


class IndicatorFactory(PublishedFactory):
    class Meta:
        model = Indicator

    name = factory.Sequence("指标{}".format)
    slug = factory.Sequence("indicator-{}".format)
    topics = PublishedFactory.related("topics")


class SeriesFactory(DjangoModelFactory):
    class Meta:
        model = Series

    class Params:
        is_growth = factory.Trait(
            transformation="yoy",
            price_basis="constant",
            is_default=False,
            unit=factory.SubFactory(UnitFactory, code="PT", symbol="%", name="%", dimension="share"),
            unit_mult=0,
        )

    indicator = factory.SubFactory(IndicatorFactory)
    region = factory.SubFactory(RegionFactory)
    unit = factory.SubFactory(UnitFactory)
    unit_mult = 8
    is_default = True


class ReleaseFactory(PublishedFactory):
    class Meta:
        model = Release

    title = factory.Sequence("公报{}".format)
    source = factory.SubFactory(OrganizationFactory)
    released_on = dt.date(2023, 3, 1)


class ObservationFactory(DjangoModelFactory):
    class Meta:
        model = Observation

    series = factory.SubFactory(SeriesFactory)
    release = factory.SubFactory(ReleaseFactory)
    time_period = "2022"
    unit = factory.SelfAttribute("series.unit")
    unit_mult = 8
    mantissa = 100


class RuleFactory(DjangoModelFactory):
    """A part ≤ whole between two indicators of its own, unless it is told otherwise."""

    class Meta:
        model = Rule
        skip_postgeneration_save = True

    title = factory.Sequence("规则{}".format)
    kind = "part"
    whole = factory.SubFactory(IndicatorFactory)

    @factory.post_generation
    def parts(rule, create, extracted, **kwargs):
        rule.parts.set([IndicatorFactory()] if extracted is None and rule.kind == "part" else extracted or [])


class FindingFactory(DjangoModelFactory):
    class Meta:
        model = Finding

    release = factory.SubFactory(ReleaseFactory)
    rule = factory.SubFactory(RuleFactory)
    series = factory.SubFactory(SeriesFactory)
    time_period = "2022"
    told = "甲 2亿元，多于乙 1亿元"
    fingerprint = "0" * 64


class AgreementFactory(PublishedFactory):
    class Meta:
        model = Agreement

    title = factory.Sequence("合作协议{}".format)
    instrument = "cooperation"
    regions = PublishedFactory.related("regions")
    topics = PublishedFactory.related("topics")


class PartyFactory(DjangoModelFactory):
    class Meta:
        model = Party

    agreement = factory.SubFactory(AgreementFactory)
    organization = factory.SubFactory(OrganizationFactory)


class AmountFactory(DjangoModelFactory):
    class Meta:
        model = Amount

    agreement = factory.SubFactory(AgreementFactory)
    kind = "total_investment"
    unit = factory.SubFactory(UnitFactory)
    unit_mult = 8
    mantissa = 150


class MilestoneFactory(DjangoModelFactory):
    class Meta:
        model = Milestone

    agreement = factory.SubFactory(AgreementFactory)
    kind = "signed"


class CitationFactory(DjangoModelFactory):
    class Meta:
        model = Citation

    article = factory.SubFactory(ArticleFactory)
    exact = "达到100亿元"
    observation = factory.SubFactory(ObservationFactory)


def picture_bytes(size=(64, 48), colour=(200, 30, 30), format="PNG", **options):
    """A real picture of one colour, as a file holds it."""
    content = io.BytesIO()
    PIL.Image.new("RGB", size, colour).save(content, format, **options)
    return content.getvalue()


class ImageFactory(DjangoModelFactory):
    """A picture of a colour of its own."""

    class Meta:
        model = Image

    class Params:
        content = factory.Sequence(lambda n: picture_bytes(colour=(n % 256, n // 256 % 256, 90)))

    title = factory.Sequence("图片{}".format)
    alt = "江边的双城"
    content_type = "image/png"
    original_name = "江景.png"
    width = 64
    height = 48
    bytes = factory.LazyAttribute(lambda image: len(image.content))
    sha256 = factory.LazyAttribute(lambda image: hashlib.sha256(image.content).hexdigest())
    file = factory.LazyAttribute(lambda image: ContentFile(image.content, name="江景.png"))


class DocumentFactory(DjangoModelFactory):
    class Meta:
        model = Document

    class Params:
        content = factory.Sequence("%PDF-1.4 {}".format)

    title = factory.Sequence("协议文本{}".format)
    content_type = "application/pdf"
    original_name = "合作协议.pdf"
    bytes = factory.LazyAttribute(lambda document: len(document.content))
    sha256 = factory.LazyAttribute(lambda document: hashlib.sha256(document.content.encode()).hexdigest())
    file = factory.LazyAttribute(lambda document: ContentFile(document.content.encode(), name="合作协议.pdf"))


class FeedbackFactory(DjangoModelFactory):
    class Meta:
        model = Feedback

    kind = "correction"
    message = factory.Sequence("第{}段有误。".format)


class WordFactory(DjangoModelFactory):
    """Forbidden, unless the test says otherwise."""

    class Meta:
        model = Word

    word = factory.Sequence("禁用词{}".format)


class CorrectionFactory(DjangoModelFactory):
    """A draft; ``corrections.publish`` gives it its number."""

    class Meta:
        model = Correction
        exclude = ["record"]

    record = factory.SubFactory(ArticleFactory)
    content_type = factory.LazyAttribute(lambda one: ContentType.objects.get_for_model(one.record))
    object_id = factory.SelfAttribute("record.pk")
    title = factory.LazyAttribute(lambda one: str(one.record))
    wrong = "29129.03亿元"
    right = "28771.80亿元"
    why = "第五次全国经济普查后修订"


def public_correction(by=None, **kwargs):
    """A correction with its number."""
    correction = CorrectionFactory(**kwargs)
    publish_correction(correction, by or StaffFactory())
    return correction


class AnnouncementFactory(DjangoModelFactory):
    """An announced release, provisional for a month; ``dates`` are what its source said, the first word first."""

    class Meta:
        model = Announcement
        skip_postgeneration_save = True

    title = factory.Sequence("第{}号发布".format)
    source = factory.SubFactory(OrganizationFactory)

    @factory.post_generation
    def dates(announcement, create, extracted, **kwargs):
        for number, said in enumerate(extracted or [("2026-12", None)]):
            date, time = said
            standing = Standing.CONFIRMED if time else Standing.PROVISIONAL
            announcement.announce(None, standing, date, time and dt.time.fromisoformat(time), "改期" if number else "")

    @factory.post_generation
    def indicators(announcement, create, extracted, **kwargs):
        announcement.indicators.set(extracted or [])
