"""A record for each life, kind and column, each with words that no other has; and the people who ask for them."""

import datetime as dt
from functools import partial

from django.apps import apps
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from agreements.models import AgreementDocument, AgreementRelation
from articles.models import Citation
from portal.pages.models import Imprint, MenuItem
from portal.publishing import life as steps
from portal.publishing import trash
from portal.publishing.models import Bundle, Correction
from portal.publishing.previewing import COOKIE, COOKIE_SALT, Grant
from portal.publishing.revisions import revise
from stats.models import Announcement, FigureImport, Finding, Observation, Rule
from tests import factories
from tests.publishing.office import member

from .specimens import FIGURE, FIRST, Specimen

__all__ = ["LIVES", "World"]

#: Each life, and the columns in which it is tried. “open” and “closed” demand one review, “free” none; “closed” names a
#: group. A copy is edited beside a published record, in the same column, or it goes “out” of the closed column or “in”:
#: then the record is one that “moved”.
LIVES = {
    "draft": ["open", "closed", "free"],
    "in review": ["open", "closed"],
    "approved": ["open", "closed"],
    "scheduled": ["open", "closed"],
    "published": ["open", "closed"],
    "expired": ["open", "closed"],
    "outdated": ["open", "closed"],
    "gone": ["open", "closed"],
    "edited": ["open", "closed", "free"],
    "copy": ["open", "closed", "free"],
    "copy out": ["open"],
    "moved": ["open", "closed"],
    "copy in": ["closed"],
    "trashed": ["open", "closed"],
    "trashed public": ["open", "closed"],
}

DRAFT = ("draft", "open")


class World:
    """``specimens``, and around them what shows them: a region, a topic, an organization, an article that cites all, an
    agreement that all relate to, a bundle of all drafts.
    """

    def __init__(self, kinds=("article", "page", "agreement", "indicator", "release")):
        self.inner = Group.objects.create(name="内部")
        self.author = member("编辑", "统计", "管理员")
        self.author.groups.add(self.inner)
        self.first_reviewer = member("审核")
        self.first_reviewer.groups.add(self.inner)
        self.columns = {
            name: factories.ColumnFactory(slug=name, name=f"{name}栏", review_levels=levels)
            for name, levels in [("open", 1), ("closed", 1), ("free", 0)]
        }
        self.columns["closed"].editors.add(self.inner)
        self.make_surroundings()
        self.specimens, self.number = [], 0
        #: Cases of all walks, addresses that were tried.
        self.cases, self.routes = 0, set()
        for kind in kinds:
            for life, columns in LIVES.items():
                for column in columns:
                    if not life.startswith("copy"):
                        self.make(kind, life, column)
        self.keep_what_points_at_others()
        self.surround()
        self.keep_what_points_at_others()
        self.make_people()
        call_command("rebuild_search", verbosity=0)

    def make_surroundings(self):
        self.region = factories.RegionFactory(code="500000", name="重庆市")
        self.topic = factories.TopicFactory(slug="industry", name="产业")
        self.organization = factories.OrganizationFactory(name="双城协会", region=self.region)
        self.bundle = Bundle.objects.create(title="一并发布")
        self.indicator = factories.IndicatorFactory(slug="public", name="公开指标", created_by=self.author)
        self.release = factories.ReleaseFactory(source=self.organization, created_by=self.author)
        self.teller = factories.ArticleFactory(headline="综述", column=None, created_by=self.author)
        self.figure_of_all = factories.ObservationFactory(
            series=factories.SeriesFactory(indicator=self.indicator, region=self.region), release=self.release
        )
        FigureImport.objects.create(document=factories.DocumentFactory(), shape="", created_by=self.author)
        self.rule = factories.RuleFactory(whole=self.indicator)
        factories.FeedbackFactory()
        factories.WordFactory(word="百年不遇之词")
        MenuItem.objects.create(label="首页", url="/", place="header")
        Imprint.objects.create(site_name="双城")
        self.hub = factories.AgreementFactory(title="总协议", created_by=self.author)

    def of_kind(self, kind):
        return [one for one in self.specimens if one.kind == kind]

    def of_row(self, row):
        return next(one for one in self.specimens if one.row == row and type(one.row) is type(row))

    def addressed(self, address):
        """``address`` with the numbers of what surrounds the specimens."""
        around = ["organization", "teller", "hub", "announcement", "bundle", "indicator"]
        numbers = {name: getattr(self, name).pk for name in around} | {"reader": self.users["reader"].pk}
        numbers["announced"] = self.row_at("stats/announcement").pk
        numbers["imported"] = self.row_at("stats/figureimport").pk
        return address.format(**numbers, correction=self.row_at("publishing/correction").pk)

    def told(self, marks):
        """The specimens to which any of ``marks`` belongs."""
        return [one for one in self.specimens if marks & one.marks]

    def row_at(self, desk):
        """A row of a desk of the admin; of what has a life a draft in the open column."""
        app, model = desk.split("/")
        drafts = {one.kind: one for one in self.specimens if (one.life, one.column) == DRAFT}
        if model in drafts:
            return drafts[model].row
        chosen = {
            "image": drafts["article"].file if "article" in drafts else None,
            "document": drafts["agreement"].file if "agreement" in drafts else None,
            "correction": Correction.objects.drafts().filter(title__contains="公务").order_by("pk").first(),
            "series": self.figure_of_all.series,
            "observation": self.figure_of_all,
            "user": self.users["reader"],
            "group": self.inner,
            "column": self.columns["free"],
            "announcement": drafts["release"].row.announcement if "release" in drafts else None,
            "rule": self.rule,
            "finding": drafts["release"].row.findings.get() if "release" in drafts else None,
        }
        return chosen.get(model) or apps.get_model(app, model).objects.order_by("pk").first()

    # Lives

    def specimen(self, kind, life, column):
        self.number += 1
        word, name, paper = (chr(FIRST + self.number + offset) for offset in (0, 2000, 4000))
        made = Specimen(kind, life, column, word, name, paper, f"k{self.number:04d}z", str(FIGURE + self.number))
        self.specimens.append(made)
        return made

    def make(self, kind, life, column):
        one = self.specimen(kind, life, column)
        now, day = timezone.now(), dt.timedelta(days=1)
        clock = {
            "scheduled": {"published_at": now + day},
            "expired": {"published_at": now - 2 * day, "offline_at": now - day},
        }.get(life, {})
        if life in {"draft", "in review", "approved", "trashed"}:
            clock = {"status": "draft", "published_at": None}
        self.write(one, column=self.columns[column], created_by=self.author, **clock)
        self.revise_twice(one)
        if life in {"in review", "approved"}:
            steps.submit(one.row, self.author)
        if life == "approved":
            steps.approve(one.row, self.first_reviewer, 1)
        if life in {"outdated", "gone"}:
            steps.withdraw(one.row, self.author, "outdated" if life == "outdated" else "in_error")
        if life == "edited":
            self.edit(one, "copy", column)
        if life == "moved":
            self.edit(one, *{"open": ("copy in", "closed"), "closed": ("copy out", "open")}[column])
        if one.is_trashed:
            trash.discard(type(one.row).objects.get(pk=one.row.pk), self.author)
        return one

    def revise_twice(self, one):
        """Its first version was called otherwise."""
        for title in ["旧题", one.title]:
            setattr(one.row, one.title_field, title)
            one.row.save()
            revise(one.row, self.author)

    def edit(self, original, life, column):
        copy = self.specimen(original.kind, life, column)
        copy.original = original
        copy.row = steps.begin_working_copy(original.row, self.author)
        self.reword(copy)
        copy.row.column = self.columns[column]
        copy.row.save()
        if original.kind == "agreement":
            copy.row.documents.all().delete()
            AgreementDocument.objects.create(agreement=copy.row, document=copy.file)
        revise(copy.row, self.author)

    # Kinds

    def write(self, one, **fields):
        getattr(self, f"write_{one.kind}")(one, **fields)

    def reword(self, copy):
        """Give a working copy its own words and its own file."""
        words = {
            "article": {"headline": copy.title, "lead": copy.word, "body": f"<p>{copy.word}</p>"},
            "page": {"title": copy.title},
            "agreement": {"title": copy.title, "summary": copy.word},
            "indicator": {"name": copy.title, "definition": copy.word},
            "release": {"title": copy.title, "note": copy.word},
        }[copy.kind]
        if copy.kind == "article":
            words["image"] = self.picture(copy)
        elif copy.kind == "page":
            words["body"] = self.illustrated(copy)
        elif copy.kind in {"agreement", "release"}:
            self.paper(copy)
        if copy.kind == "release":
            words["file"] = copy.file
        for name, value in words.items():
            setattr(copy.row, name, value)

    def picture(self, one):
        one.file = factories.ImageFactory(title=f"图{one.paper}")
        return one.file

    def paper(self, one):
        one.file = factories.DocumentFactory(title=f"文{one.paper}", content=f"%PDF-1.4 {one.key}")
        return one.file

    def source(self, one):
        return factories.OrganizationFactory(name=f"社{one.name}")

    def illustrated(self, one):
        picture = self.picture(one)
        return f'<p>{one.word}</p><figure><img src="/media/{picture.pk}/w960/" alt=""></figure>'

    def write_article(self, one, **fields):
        one.row = factories.ArticleFactory(
            headline=one.title, lead=one.word, body=f"<p>{one.word}</p>", image=self.picture(one),
            source=self.source(one), topics=[self.topic], regions=[self.region, self.place(one)],
            organizations=[self.organization], is_recommended=True, **fields,
        )  # fmt: skip
        cite = partial(factories.CitationFactory, article=one.row, exact=f"{one.word}句")
        cite(observation=None, agreement=self.hub)

    def write_page(self, one, **fields):
        one.row = factories.PageFactory(title=one.title, slug=one.key, body=self.illustrated(one), **fields)

    def write_agreement(self, one, **fields):
        one.row = factories.AgreementFactory(
            title=one.title, summary=one.word, topics=[self.topic], regions=[self.region, self.place(one)], **fields
        )
        factories.PartyFactory(agreement=one.row, organization=self.source(one))
        factories.PartyFactory(agreement=one.row, organization=self.organization)
        AgreementDocument.objects.create(agreement=one.row, document=self.paper(one))
        AgreementRelation.objects.create(agreement=one.row, target=self.hub, kind="implements")

    def write_indicator(self, one, **fields):
        one.row = factories.IndicatorFactory(
            name=one.title, slug=one.key, definition=one.word, topics=[self.topic], **fields
        )
        if not one.is_trashed:
            series = factories.SeriesFactory(indicator=one.row, region=self.region, unit_mult=0)
            self.figure(one, series, self.release)

    def write_release(self, one, **fields):
        one.row = factories.ReleaseFactory(
            title=one.title, note=one.word, source=self.source(one), file=self.paper(one), **fields
        )
        series = factories.SeriesFactory(indicator=self.indicator, region=self.place(one), unit_mult=0)
        self.figure(one, series, one.row)

    def figure(self, one, series, release):
        return factories.ObservationFactory(series=series, release=release, mantissa=int(one.figure), unit_mult=0)

    def place(self, one):
        one.place = factories.RegionFactory(name=f"{one.name}州")
        return one.place

    # Around them

    def surround(self):
        living = [one for one in self.specimens if not one.is_trashed and not one.is_copy]
        for one in living:
            row, cite = one.row, partial(factories.CitationFactory, article=self.teller, exact="如前所述")
            if one.kind == "agreement":
                cite(observation=None, agreement=row)
                AgreementRelation.objects.create(agreement=self.hub, target=row, kind="cites")
            elif one.kind == "indicator":
                cite(observation=row.series.get().observations.get())
            elif one.kind == "release":
                cite(observation=row.observations.get())
                factories.AnnouncementFactory(release=row, source=self.organization)
            if one.life == "draft":
                type(row).objects.filter(pk=row.pk).update(bundle=self.bundle)
                row.bundle = self.bundle
            if one.life in {"published", "edited", "expired", "outdated", "gone"}:
                say = {"record": row, "wrong": f"误{one.word}", "right": one.word, "why": one.word}
                factories.public_correction(by=self.author, **say)
                if one.life == "published":
                    factories.CorrectionFactory(drafted_by=self.author, **say)
            if one.kind == "indicator":
                factories.RuleFactory(title=f"规{one.word}", whole=row, parts=[self.indicator])
            elif one.kind == "release":
                told = f"算{one.word}"
                factories.FindingFactory(release=row, rule=self.rule, told=told, series=self.figure_of_all.series)
        indicators = [one.row for one in living if one.kind == "indicator"]
        self.announcement = factories.AnnouncementFactory(source=self.organization, indicators=indicators)

    def keep_what_points_at_others(self):
        """As a version of the article that cites all, and of the agreement that all relate to."""
        for row in (self.teller, self.hub):
            revise(row, self.author)

    def loosen(self):
        """Let nothing point at a specimen any more, so that it can be deleted."""
        Citation.objects.filter(article=self.teller).delete()
        self.hub.relations.all().delete()
        Announcement.objects.update(release=None)
        Finding.objects.all().delete()
        Rule.objects.exclude(whole=None).delete()
        self.announcement.indicators.clear()
        Observation.objects.filter(release=self.release).delete()

    # People

    def make_people(self):
        chief = factories.StaffFactory(username="chief")
        insider = member("编辑", username="insider")
        insider.groups.add(self.inner)
        self.users = {
            "nobody": None,
            "reader": factories.UserFactory(username="reader"),
            "editor": member("编辑", username="editor"),
            "reviewer": member("审核", username="reviewer"),
            "publisher": member("发布", username="publisher"),
            "statistician": member("统计", username="statistician"),
            "administrator": member("管理员", username="administrator"),
            "insider": insider,
            "chief": chief,
        }
        self.clients = {name: self.client_of(user) for name, user in self.users.items()}

    def client_of(self, user):
        client = Client(raise_request_exception=False)
        if user:
            type(user).objects.filter(pk=user.pk).update(language="zh-hans")
            client.force_login(user)
        return client

    def guest(self, person, one):
        """The client of a guest with a preview link, made by the author: “guest” has one for ``one``, “stranger” for
        another record of its kind, and of “late” the link to ``one`` is over.
        """
        row, until = one.row, timezone.now() + dt.timedelta(days=-1 if person == "late" else 1)
        if person == "stranger":
            drafts = (other for other in self.specimens if other.life == "draft" and other.kind == one.kind)
            row = next(other.row for other in drafts if other is not one)
        grant = Grant(row._meta.label_lower, row.pk, self.author.pk, until)
        client = Client(raise_request_exception=False)
        client.cookies[COOKIE] = grant.signed(COOKIE_SALT)
        return client
