"""The words of treaty registers for what an agreement is, who takes part, and what happened to it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.vocabulary.dates import bounds


class Instrument(models.TextChoices):
    FRAMEWORK = "framework", _("framework agreement")
    STRATEGIC = "strategic", _("strategic cooperation agreement")
    COOPERATION = "cooperation", _("cooperation agreement")
    MOU = "mou", _("memorandum of understanding")
    CONTRACT = "contract", _("contract")
    INVESTMENT = "investment", _("investment agreement")
    SISTER_CITY = "sister_city", _("sister-city agreement")
    JOINT_INITIATIVE = "joint_initiative", _("joint initiative")
    OTHER = "other", _("other")


class State(models.TextChoices):
    """What is publicly known of an agreement, computed from dated events alone (``with_state``)."""

    TERMINATED = "terminated", _("terminated")
    SUPERSEDED = "superseded", _("superseded")
    EXPIRED = "expired", _("expired")
    IN_FORCE = "in_force", _("in force")
    SIGNED = "signed", _("signed")
    UNKNOWN = "no_information", _("no public information")


class PartyRole(models.TextChoices):
    SIGNATORY = "signatory", _("signatory")
    LEAD = "lead", _("lead")
    WITNESS = "witness", _("witness")
    BENEFICIARY = "beneficiary", _("beneficiary")
    GUARANTOR = "guarantor", _("guarantor")


class AmountKind(models.TextChoices):
    TOTAL_INVESTMENT = "total_investment", _("total investment")
    LAND_AREA = "land_area", _("land area")
    FLOOR_AREA = "floor_area", _("floor area")
    ANNUAL_OUTPUT_VALUE = "annual_output_value", _("annual output value")
    ANNUAL_OUTPUT = "annual_output", _("annual output")
    CAPACITY = "capacity", _("capacity")
    DEMAND = "demand", _("demand")
    FIRMS_SIGNED = "firms_signed", _("firms signed")
    FIRMS_IN_PRODUCTION = "firms_in_production", _("firms in production")
    OTHER = "other", _("other")


class Basis(models.TextChoices):
    AGREED = "agreed", _("agreed")
    PLANNED = "planned", _("planned")
    FORECAST = "forecast", _("forecast")
    ACTUAL = "actual", _("actual")


class MilestoneKind(models.TextChoices):
    SIGNED = "signed", _("signed (签约)")
    STARTED = "started", _("construction started (开工)")
    IN_PRODUCTION = "in_production", _("in production (投产)")
    FULL_PRODUCTION = "full_production", _("full production (达产)")
    HELD = "held", _("held (举办)")
    DELIVERED = "delivered", _("delivered (交付)")
    OTHER = "other", _("other")


class Progress(models.TextChoices):
    """What is publicly known of an event on a day: no news of a promise says neither that it was kept nor broken."""

    HAPPENED = "happened", _("happened")
    UNDER_WAY = "under_way", _("within this period")
    AHEAD = "ahead", _("still ahead")
    PROMISED = "promised", _("promised")
    PAST_DUE = "past_due", _("no public information")
    UNDATED = "undated", _("date not public")

    @classmethod
    def of(cls, date, due, on):
        """The progress of what has the partial dates ``date`` and ``due`` ("" where nobody says) on the day ``on``.

        As with the state of an agreement, a date of reduced precision is past when its whole length has passed.
        """
        if date:
            first, last = bounds(date)
            return cls.AHEAD if first > on else cls.HAPPENED if last <= on else cls.UNDER_WAY
        if due:
            return cls.PAST_DUE if bounds(due)[1] < on else cls.PROMISED
        return cls.UNDATED


class DocumentKind(models.TextChoices):
    TEXT = "text", _("text of the agreement")
    ANNEX = "annex", _("annex")
    NOTICE = "notice", _("official notice")
    PRESS = "press", _("press report")


class RelationKind(models.TextChoices):
    IMPLEMENTS = "implements", _("implements")
    AMENDS = "amends", _("amends")
    SUPERSEDES = "supersedes", _("supersedes")
    RENEWS = "renews", _("renews")
    CITES = "cites", _("cites")
