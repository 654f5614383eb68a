"""Reads the demo data set into the database: what is missing is made, what exists is left as it is."""

import csv
import datetime as dt
import json
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from agreements.models import Agreement, AgreementRelation, Amount, Milestone, Party
from articles.models import Article, Citation
from portal.pages.models import Hotline, Imprint, Licence, MenuItem, Page, Responsibility
from portal.publishing.models import Correction, Revision, Status, Word
from portal.publishing.revisions import RevisionStep, revise
from portal.vocabulary.importing import import_regions
from portal.vocabulary.models import Column, Organization, Region, Topic, Unit
from stats.calendar import AnnouncedDate, Announcement, Standing
from stats.codelists import Rank
from stats.guard import check
from stats.models import Indicator, Observation, Release, Rule, Series

FOLDER = Path(__file__).parent
#: The hour at which the demo's office publishes.
MORNING = dt.time(9, 0)


class DemoLoader:
    """Loads the data set in the order of its references. ``made`` counts the new rows of each model."""

    def __init__(self, tell=lambda text: None):
        self.tell = tell
        self.made = {}

    @transaction.atomic
    def load(self):
        for step in (
            self.regions,
            self.vocabulary,
            self.indicators,
            self.rules,
            self.figures,
            self.calendar,
            self.agreements,
            self.articles,
            self.site,
        ):
            self.tell(step.__name__)
            step()
        return self.made

    def get_or_make(self, model, defaults=None, **key):
        # The oldest of that name: an editor may have made copies of it since.
        if record := model.objects.filter(**key).order_by("pk").first():
            return record, False
        return self.make(model, **{**(defaults or {}), **key}), True

    # Shared names ------------------------------------------------------------------------------------------------

    def regions(self):
        report = import_regions(FOLDER / "regions")
        if report.rejected:
            raise ValueError(report.rejected[0])
        self.made[Region] = report.new
        for row in read("places"):
            parent = Region.objects.current().filter(code=row.pop("parent")).first()
            self.get_or_make(Region, row | {"parent": parent}, code=row.pop("code"), valid_to="")
        self.region = {region.code: region for region in Region.objects.current()}

    def vocabulary(self):
        self.unit = {row["code"]: self.get_or_make(Unit, row, code=row["code"])[0] for row in read("units")}
        self.topic = self.tree(Topic, "topics")
        self.column = self.tree(Column, "columns")
        self.organization = {}
        for row in read("organizations"):
            row["aliases"] = "、".join(row["aliases"])
            row["region"] = named(self.region, row["region"])
            self.organization[row["name"]], _new = self.get_or_make(Organization, row, name=row["name"])

    def tree(self, model, name):
        nodes = {}
        for position, row in enumerate(read(name)):
            defaults = {"position": position} | row | {"parent": nodes.get(row["parent"])}
            nodes[row["slug"]], _new = self.get_or_make(model, defaults, slug=row["slug"])
        return nodes

    # Figures -----------------------------------------------------------------------------------------------------

    def indicators(self):
        self.indicator, self.series = {}, {}
        for position, row in enumerate(read("indicators")):
            series, topics = row.pop("series"), row.pop("topics")
            defaults = (
                row | {"position": position, "column": self.column.get("figures")} | published(dt.date(2026, 1, 5))
            )
            indicator, is_new = self.get_or_make(Indicator, defaults, slug=row["slug"])
            if is_new:
                indicator.topics.set(self.topic[slug] for slug in topics)
            self.indicator[indicator.slug] = indicator
            for line in series:
                self.one_series(indicator, line)

    def one_series(self, indicator, line):
        key = {name: line.pop(name) for name in Series.KEY}
        region = self.region[line.pop("region")]
        defaults = {"is_default": line.pop("default"), **line, "unit": self.unit[line["unit"]]}
        series, _new = self.get_or_make(Series, defaults, indicator=indicator, region=region, **key)
        self.series[(indicator.slug, region.code, *key.values())] = series

    def rules(self):
        """Validation rules; those of every series are there since the database was made."""
        for row in read("rules"):
            parts = self.picked("parts", row, self.indicator)
            row["whole"] = named(self.indicator, row["whole"])
            row["quotient"] = named(self.indicator, row["quotient"])
            row["region"] = named(self.region, row["region"])
            rule, is_new = self.get_or_make(Rule, row, title=row["title"])
            if is_new:
                rule.parts.set(parts)

    def figures(self):
        self.release, fresh = {}, set()
        for row in read("releases"):
            key, source = row.pop("key"), self.organization[row.pop("source")]
            released_on = dt.date.fromisoformat(row.pop("released_on"))
            defaults = row | {"rank": Rank[row["rank"].upper()]} | published(released_on)
            self.release[key], is_new = self.get_or_make(Release, defaults, source=source, released_on=released_on)
            fresh |= {key} if is_new else set()
        with (FOLDER / "observations.csv").open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["release"] in fresh]
        observations = [self.observation(row) for row in rows]
        self.made[Observation] = len(Observation.objects.bulk_create(observations))
        check([self.release[key] for key in sorted(fresh)])

    def observation(self, row):
        key = (row.pop("indicator"), row.pop("region"), *(row.pop(name) for name in Series.KEY))
        numbers = {name: row.pop(name) or None for name in ("value_low", "value_high")}
        observation = Observation(
            series=self.series[key],
            release=self.release[row.pop("release")],
            mantissa=row.pop("value") or None,
            unit=self.unit[row.pop("unit")],
            unit_mult=int(row.pop("unit_mult")),
            decimals=int(row.pop("decimals")),
            **numbers,
            **row,
        )
        observation.full_clean(exclude=["series", "release", "unit"], validate_unique=False, validate_constraints=False)
        return observation

    def calendar(self):
        for row in read("calendar"):
            dates, indicators = row.pop("dates"), row.pop("indicators")
            row["source"] = self.organization[row["source"]]
            without_figures = row.pop("released_without_figures", None)
            row["release"] = named(self.release, row["release"])
            if without_figures:
                row["release"] = self.bare_release(row, **without_figures)
            announcement, is_new = self.get_or_make(Announcement, row, title=row["title"])
            if is_new:
                announcement.indicators.set(self.indicator[slug] for slug in indicators)
                for number, date in enumerate(dates, start=1):
                    self.announced_date(announcement, number, **date)

    def bare_release(self, row, released_on, note):
        """The release of which only the day is entered."""
        day = dt.date.fromisoformat(released_on)
        defaults = {"title": row["title"], "title_en": row["title_en"], "note": note} | published(day)
        return self.get_or_make(Release, defaults, source=row["source"], released_on=day)[0]

    def announced_date(self, announcement, number, date, time, reason, noted_on):
        self.make(
            AnnouncedDate,
            announcement=announcement,
            number=number,
            standing=Standing.CONFIRMED if time else Standing.PROVISIONAL,
            date=date,
            time=dt.time.fromisoformat(time) if time else None,
            reason=reason,
            made_at=published(dt.date.fromisoformat(noted_on))["published_at"],
        )

    # Commitments -------------------------------------------------------------------------------------------------

    def agreements(self):
        self.agreement, fresh = {}, []
        for row in read("agreements"):
            key = row.pop("key")
            parts = {name: row.pop(name) for name in ("parties", "amounts", "milestones", "relations")}
            many = {name: self.picked(name, row) for name in ("regions", "topics")}
            row |= {
                "column": self.column[row["column"]],
                "place": named(self.region, row["place"]),
                "source": named(self.organization, row["source"]),
            } | published(dt.date(2026, 1, 5))
            agreement, is_new = self.get_or_make(Agreement, row, title=row["title"])
            self.agreement[key] = agreement
            if is_new:
                for name, values in many.items():
                    getattr(agreement, name).set(values)
                fresh.append((agreement, parts))
        for agreement, parts in fresh:
            self.parts(agreement, parts)

    def parts(self, agreement, parts):
        for position, row in enumerate(parts["parties"]):
            row["organization"] = self.organization[row["organization"]]
            self.make(Party, agreement=agreement, position=position, **row)
        for row in parts["amounts"]:
            row |= {"mantissa": row.pop("value"), "unit": self.unit[row["unit"]], "stated": row.pop("as_of")}
            self.make(Amount, agreement=agreement, **row)
        milestones = {}
        for row in parts["milestones"]:
            row["after"] = milestones.get(row["after"])
            milestones[row["kind"]] = self.make(Milestone, agreement=agreement, **row)
        for row in parts["relations"]:
            self.make(AgreementRelation, agreement=agreement, kind=row["kind"], target=self.agreement[row["to"]])

    # Narrative ---------------------------------------------------------------------------------------------------

    def articles(self):
        self.article = {}
        for row in read("articles"):
            citations = row.pop("citations")
            many = {name: self.picked(name, row) for name in ("topics", "regions", "organizations")}
            dated = dt.date.fromisoformat(row.pop("dated"))
            online = dated + dt.timedelta(days=row.pop("published_days_after_dated"))
            row |= {
                "dated": dated,
                "column": self.column[row["column"]],
                "source": self.organization[row["source"]],
                "body": (FOLDER / row.pop("body_file")).read_text(encoding="utf-8"),
                "is_pinned": row.pop("pinned"),
                "is_recommended": row.pop("recommended"),
            } | published(online)
            key = row.pop("key")
            article, is_new = self.get_or_make(Article, row, headline=row["headline"])
            self.article[key] = article
            if is_new:
                for name, values in many.items():
                    getattr(article, name).set(values)
                for citation in citations:
                    self.citation(article, citation)

    def citation(self, article, row):
        target = row.pop("observation", None)
        if target:
            series = self.cited_series(target)
            release = self.release[target["release"]]
            row["observation"] = series.observations.get(time_period=target["time_period"], release=release)
        row["agreement"] = named(self.agreement, row["agreement"])
        self.make(Citation, article=article, **row)

    def cited_series(self, target):
        """The series that a citation names by as much of its key as it needs; the default one goes first."""
        key = {name: target[name] for name in Series.KEY if name in target}
        series = Series.objects.filter(
            indicator=self.indicator[target["indicator"]], region=self.region[target["region"]]
        )
        return series.filter(**key).order_by("-is_default", "pk")[0]

    @transaction.atomic
    def corrections(self, author, publisher):
        """What was wrong in an article at first: its two versions, and the correction. For who loads accounts too,
        since a correction is signed.
        """
        for row in read("corrections"):
            article, at = self.article[row["article"]], dt.datetime.fromisoformat(row["corrected_at"])
            if Revision.objects.of(article).exists() or row["stands"] not in article.body:
                continue  # it was loaded before, or an editor has been at work
            body = article.body
            article.body = body.replace(row["stands"], row["stood"])
            revise(article, author, RevisionStep.PUBLISHED, at=article.published_at)
            article.body = body
            revise(article, publisher, RevisionStep.PUBLISHED, row["note"], at=at)
            self.make(
                Correction,
                number=Correction.objects.count() + 1,
                record=article,
                title=str(article),
                **{name: row[name] for name in Correction.WORDS},
                drafted_at=at,
                drafted_by=author,
                published_at=at,
                published_by=publisher,
            )

    # The site's own words ----------------------------------------------------------------------------------------

    def site(self):
        for row in read("pages"):
            body = (FOLDER / row.pop("body_file")).read_text(encoding="utf-8")
            self.get_or_make(Page, row | {"body": body} | published(dt.date(2026, 1, 5)), slug=row["slug"])
        for row in read("words"):
            self.get_or_make(Word, row, word=row["word"])
        for row in read("menu"):
            self.get_or_make(MenuItem, row, place=row.pop("place"), url=row.pop("url"))
        imprint = read("imprint")
        parts = {Hotline: "hotlines", Responsibility: "responsibilities", Licence: "licences"}
        rows = {model: imprint.pop(name) for model, name in parts.items()}
        one, is_new = self.get_or_make(Imprint, imprint, pk=1)
        for model, lines in rows.items() if is_new else ():
            for position, line in enumerate(lines):
                self.make(model, imprint=one, position=position, **line)

    def make(self, model, **values):
        self.made[model] = self.made.get(model, 0) + 1
        return model.objects.create(**values)

    def picked(self, name, row, records=None):
        """The records that ``row`` names in its list ``name``: regions, topics or organizations, or of ``records``."""
        records = records or getattr(self, name.removesuffix("s"))
        return [records[key] for key in row.pop(name)]


def named(records, key):
    """The record that ``key`` names; None where the data says nothing. A name that leads nowhere is a KeyError."""
    return records[key] if key else None


def read(name):
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def published(day):
    at = timezone.make_aware(dt.datetime.combine(day, MORNING))
    return {"status": Status.PUBLISHED, "published_at": at}
