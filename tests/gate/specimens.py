"""A record of which every word can be told from those of all others."""

import re
from dataclasses import dataclass
from functools import cached_property

from .table import LISTED

__all__ = ["FIGURE", "FIRST", "Specimen", "marks_in"]

#: Rare characters, one for each mark: no comparison cuts them in two, and no page has them by chance.
FIRST, LAST = 0x3400, 0x4DB0
#: Figures that no page has by chance.
FIGURE = 91_370_000
MARK = re.compile(f"[{chr(FIRST)}-{chr(LAST)}]|9137[0-9]{{4}}|k[0-9]{{4}}z")


def marks_in(text):
    """All marks that ``text`` tells."""
    return set(MARK.findall(text.replace(",", "")))


@dataclass(eq=False)
class Specimen:
    """One record. ``word`` is in its title and text, ``name`` in the names of what it alone is about, ``paper`` in the
    title of its file, ``figure`` is its figure, ``key`` stands in its title and perhaps in its address.
    """

    kind: str
    life: str
    column: str
    word: str
    name: str
    paper: str
    key: str
    figure: str
    row: object = None
    file: object = None
    place: object = None
    original: "Specimen" = None

    def __str__(self):
        return f"{self.kind}, {self.life}, {self.column} column"

    @property
    def title(self):
        return f"{self.word}公务{self.key}"

    @property
    def title_field(self):
        return {"article": "headline", "indicator": "name"}.get(self.kind, "title")

    @cached_property
    def named_marks(self):
        return {name: getattr(self, name) for name in ("word", "name", "paper", "key", "figure")}

    @cached_property
    def marks(self):
        return set(self.named_marks.values())

    @cached_property
    def content(self):
        """The bytes of its file."""
        return self.file.file.storage.open(self.file.file.name).read()

    @property
    def path(self):
        """The address of its page; a copy's is its original's."""
        return self.row.preview_url

    @property
    def is_trashed(self):
        return self.life.startswith("trashed")

    @property
    def is_listed(self):
        return self.life in LISTED

    @property
    def is_copy(self):
        return self.life.startswith("copy")

    @property
    def desk(self):
        """Where the admin has its kind."""
        return f"/admin/{self.row._meta.app_label}/{self.row._meta.model_name}/"

    def at_desk(self, page):
        return f"{self.desk}{self.row.pk}/{page}/"
