"""The code lists of a figure's dimensions and attributes, by SDMX where SDMX has one."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .periods import Frequency


class Accumulation(models.TextChoices):
    NONE = "none", _("for the period")
    YEAR_TO_DATE = "ytd", _("since the start of the year")


class Transformation(models.TextChoices):
    LEVEL = "level", _("level")
    YEAR_ON_YEAR = "yoy", _("change on the year before")
    SHARE = "share", pgettext_lazy("transformation", "share")
    INDEX = "index", _("index")


class PriceBasis(models.TextChoices):
    NONE = "none", _("no price")
    CURRENT = "current", _("current prices")
    CONSTANT = "constant", _("constant prices")


class ObsStatus(models.TextChoices):
    """SDMX CL_OBS_STATUS 2.2, the codes in use here."""

    NORMAL = "A", _("normal")
    BREAK = "B", _("break in the series")
    ESTIMATED = "E", _("estimated")
    FORECAST = "F", _("forecast")
    MISSING = "M", _("missing")
    PROVISIONAL = "P", _("provisional")


class Stage(models.TextChoices):
    """初步核算, 修订, 最终核实."""

    NONE = "", _("not said")
    PRELIMINARY = "preliminary", _("preliminary (初步核算)")
    REVISED = "revised", _("revised (修订)")
    FINAL = "final", _("finally verified (最终核实)")


class Rank(models.IntegerChoices):
    """Whose word counts: the lowest number that speaks on a slot gives the figure, others stand beside it as claims."""

    OFFICIAL = 1, _("official")
    OTHER = 2, pgettext_lazy("rank of a source", "other")
    PRESS = 3, _("press")


class Reason(models.TextChoices):
    ROUTINE = "routine", _("routine")
    FINAL = "final", _("final verification")
    CENSUS = "census", _("census")
    METHOD = "method", _("change of method")
    REBASE = "rebase", _("change of base")
    ERROR = "error", _("correction of an error")

    @property
    def changes_basis(self):
        """Whether what was published before cannot be compared with it."""
        return self in {Reason.CENSUS, Reason.METHOD, Reason.REBASE}


def form_in_words(frequency, accumulation, transformation, price_basis):
    """The key of a series as readers are told it; what goes without saying is not said."""
    parts = [Frequency(frequency)]
    if accumulation != Accumulation.NONE:
        parts.append(Accumulation(accumulation))
    if transformation != Transformation.LEVEL:
        parts.append(Transformation(transformation))
    if price_basis != PriceBasis.NONE:
        parts.append(PriceBasis(price_basis))
    return " · ".join(str(part.label) for part in parts)
