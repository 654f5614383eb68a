"""People of an office, and records of which every word says to which version it belongs."""

import datetime as dt
import secrets

from django.conf import settings
from django.db import transaction
from django.test import Client

from agreements.models import Amount, Milestone, Party
from articles.models import Citation
from portal.accounts.models import User
from portal.publishing import life
from portal.publishing.models import Bundle, Revision
from portal.publishing.revisions import RevisionStep, revise
from portal.publishing.snapshots import take
from portal.roles import make_roles
from tests.factories import AgreementFactory, ArticleFactory, ColumnFactory, OrganizationFactory, UnitFactory
from tests.fields import fields_of

__all__ = ["AgreementDesk", "ArticleDesk", "BundleDesk", "Office"]

DRAFT = {"status": "draft", "published_at": None}


def marked(words, version):
    return f"{words}（第{version}版）"


class Office:
    """An editor, and a publisher with a session."""

    def __init__(self):
        roles = make_roles()
        self.editor, self.publisher = (
            User.objects.create(username=name, name=name, is_staff=True, language="en")
            for name in ("editor", "publisher")
        )
        self.editor.groups.add(roles["编辑"])
        self.publisher.groups.add(roles["编辑"], roles["发布"])
        client, token = Client(), secrets.token_hex(16)
        client.force_login(self.publisher)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.headers = {
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={token}",
            "X-CSRFToken": token,
        }


class Desk:
    """One public record and its versions; ``version`` is the one that was written last.

    A kind says how a version is written (``write``), which request publishes it (``request``: path and data), what
    its readers find (``told``), and what in the tables would be a mixture (``wrong``).
    """

    def __init__(self, office, ending=""):
        self.office, self.version = office, 1
        self.title = f"{self.title}{ending}"
        self.record = self.make()
        self.write(self.record, 1)
        life.publish(self.record, office.publisher)

    @transaction.atomic
    def begin(self):
        """Write the next version into a working copy."""
        self.version += 1
        self.copy = life.begin_working_copy(self.record, self.office.editor)
        self.write(self.copy, self.version)
        revise(self.copy, self.office.editor)

    def records(self):
        """What readers look at: (address of the page, of the list, words to search for)."""
        return [(self.record.get_absolute_url(), self.list_address, self.title)]

    def wrong(self, is_new):
        """Sentences about what in the tables belongs neither to the whole old state nor to the whole new one."""
        record = type(self.record).objects.get(pk=self.record.pk)
        versions = [record, *type(record).objects.filter(working_copy_of=record)]
        published = Revision.objects.of(record).filter(step=RevisionStep.PUBLISHED)
        if len(versions) != (1 if is_new else 2):
            yield f"there are {len(versions) - 1} working copies"
        if published.count() != self.version - (not is_new):
            yield f"{published.count()} publications are kept"
        if published.last().snapshot["rows"] != take(record)["rows"]:
            yield "the record is not what was kept of it when it was published"
        for relation in record.parts():
            owners = relation.related_model.objects.values_list(relation.field.attname, flat=True)
            if strangers := set(owners) - {version.pk for version in versions} - self.others():
                yield f"rows of {relation.related_model._meta.label} belong to {strangers}"

    def others(self):
        """Primary keys of other records of this kind."""
        return set(type(self.record).objects.originals().exclude(pk=self.record.pk).values_list("pk", flat=True))


class AgreementDesk(Desk):
    """With parties, amounts, and milestones that hang on one another; published by the button of a record in review."""

    name = "agreement, by the button"
    title, list_address = "双城合作协议", "/agreements/"

    def make(self):
        return AgreementFactory(title=self.title, column=ColumnFactory(), **DRAFT)

    def write(self, agreement, version):
        days = self.days(version)
        agreement.title, agreement.summary = marked(self.title, version), marked("摘要", version)
        agreement.signed = days[0]
        agreement.save()
        for model in (Milestone, Party, Amount):
            model.objects.filter(agreement=agreement).delete()
        parties = [
            Party.objects.create(
                agreement=agreement,
                organization=OrganizationFactory(name=marked(f"{self.title}的{side}", version)),
                side=side,
            )
            for side in ("甲方", "乙方", "丙方")
        ]
        for kind, factor in (("total_investment", 1), ("annual_output_value", 2)):
            Amount.objects.create(
                agreement=agreement, kind=kind, mantissa=factor * version, unit=UnitFactory(), unit_mult=8
            )
        before = None
        for kind, party in zip(("signed", "started", "in_production"), parties, strict=True):
            before = Milestone.objects.create(
                agreement=agreement,
                kind=kind,
                label=marked(party.side, version),
                date="" if before else days[0],
                after=before,
                offset_days=30 if before else None,
                responsible=party,
            )

    @staticmethod
    def days(version):
        """Of the milestones, thirty days after one another."""
        first = dt.date(2021, 1, 1) + dt.timedelta(days=version)
        return [(first + dt.timedelta(days=days)).isoformat() for days in (0, 30, 60)]

    @transaction.atomic
    def begin(self):
        super().begin()
        life.submit(self.copy, self.office.editor)

    def request(self, server):
        newest = Revision.objects.of(self.record).last().number
        return f"/admin/agreements/agreement/{self.copy.pk}/steps/publish/", {"seen": newest}

    def told(self):
        days = [f"{day[:4]}年{int(day[5:7])}月{int(day[8:])}日" for day in self.days(self.version)]
        return [*days, f"{self.version}亿元", f"{2 * self.version}亿元"]

    def wrong(self, is_new):
        yield from super().wrong(is_new)
        own = list(Milestone.objects.filter(agreement=self.record))
        links = [(one.after, one.responsible.agreement_id, one.date) for one in own]
        days = self.days(self.version - (not is_new))
        if links != [(before, self.record.pk, day) for before, day in zip([None, *own[:-1]], days, strict=True)]:
            yield f"its milestones hang on {links}"


class ArticleDesk(Desk):
    """With citations; written and published by its form."""

    name = "article, by the form"
    title, list_address = "双城合作消息", "/articles/"

    def make(self):
        self.cited = AgreementFactory(title=f"{self.title}所引协议")
        return ArticleFactory(headline=self.title, **DRAFT)

    def write(self, article, version):
        paragraphs = [marked(f"第{n}段", version) for n in "一二三"]
        article.headline, article.lead = marked(self.title, version), marked("导语", version)
        article.body = "".join(f"<p>{one}</p>" for one in paragraphs)
        article.save()
        Citation.objects.filter(article=article).delete()
        for one in paragraphs[:2]:
            Citation.objects.create(article=article, exact=one, agreement=self.cited)

    def request(self, server):
        path = f"/admin/articles/article/{self.copy.pk}/change/"
        typed = fields_of(server.ask("GET", path, headers=self.office.headers).text)
        return path, {**typed, "_publish": "1"}

    def told(self):
        return [marked(f"第{n}段", self.version) for n in "一二三"]


class BundleDesk:
    """A bundle of new versions of an article and of an agreement, and of a new article: all of it at one moment."""

    name = "bundle of three"

    def __init__(self, office):
        self.office = office
        self.parts = [ArticleDesk(office, "之二"), AgreementDesk(office, "之二")]
        self.new, self.bundle = None, Bundle.objects.create(title="同时发布")

    @property
    def version(self):
        return self.parts[0].version

    @transaction.atomic
    def begin(self):
        for part in self.parts:
            part.begin()
            type(part.record).objects.filter(pk=part.copy.pk).update(bundle=self.bundle)
        self.new = ArticleFactory(headline=marked("双城新消息", self.version), bundle=self.bundle, **DRAFT)

    def records(self):
        new = [(self.new.get_absolute_url(), "/articles/", "双城新消息")] if self.new else []
        return [*(one for part in self.parts for one in part.records()), *new]

    def request(self, server):
        return f"/admin/publishing/bundle/{self.bundle.pk}/publish/", {}

    def told(self):
        return [words for part in self.parts for words in part.told()]

    def wrong(self, is_new):
        for part in self.parts:
            yield from part.wrong(is_new)
        self.new.refresh_from_db()
        if self.new.is_listed() != is_new:
            yield f"the new article is {self.new.status}"
