"""The office's words: which it never prints, and what it says instead of others. They are data; so are their reasons.

A word is found however it is written: full width, traditional, capitals. Chinese is found inside of other words, Latin
words and numbers only whole. Where several words begin at one place, the longest counts.
"""

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Max, Q, Sum
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from opencc import OpenCC

from .richtext import RichTextField, visible_text

__all__ = [
    "Finding",
    "Word",
    "check_words",
    "findings_in",
    "findings_of_form",
    "forbidden_in",
    "refuse_findings",
    "refuse_forbidden",
    "told",
]

#: Buttons of a record's form after which readers, or those who answer for it, see the text.
STEPS = {"_submit", "_publish", "_mend"}
#: Characters that are shown on either side of a word.
AROUND = 12
#: So many places are told of one record; who has mended these is told the next.
TOLD = 20
VARIANTS = re.compile(r"[、,，;；\n]")


class WordKind(models.TextChoices):
    FORBIDDEN = "forbidden", gettext_lazy("forbidden")
    PREFERRED = "preferred", gettext_lazy("say another one")


class WordQuerySet(models.QuerySet):
    def version(self):
        """What differs as soon as any word was added, changed or deleted: one cheap query, for all processes."""
        return tuple(self.aggregate(Count("pk"), Sum("pk"), Max("changed_at")).values())


class Word(models.Model):
    """One entry of the list."""

    word = models.CharField(
        gettext_lazy("word"),
        max_length=60,
        unique=True,
        help_text=gettext_lazy(
            "As it must not stand in a text. Traditional, full-width and capital letters are found too."
        ),
        error_messages={"unique": gettext_lazy("This word is in the list already.")},
    )
    variants = models.CharField(
        gettext_lazy("other spellings"), max_length=300, blank=True, help_text=gettext_lazy("Separated by 、")
    )
    kind = models.CharField(
        gettext_lazy("kind"),
        max_length=9,
        choices=WordKind,
        default=WordKind.FORBIDDEN,
        help_text=gettext_lazy(
            "Nothing is submitted or published with a forbidden word; of the others editors are told."
        ),
    )
    replacement = models.CharField(
        gettext_lazy("say instead"),
        max_length=120,
        blank=True,
        help_text=gettext_lazy("It may contain the word: 中国台湾 for 台湾."),
    )
    note = models.CharField(
        gettext_lazy("why"),
        max_length=300,
        blank=True,
        help_text=gettext_lazy("The reason, and where the rule is from."),
    )
    is_active = models.BooleanField(gettext_lazy("in use"), default=True)
    changed_at = models.DateTimeField(gettext_lazy("changed at"), auto_now=True)

    objects = WordQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("word rule")
        verbose_name_plural = gettext_lazy("word rules")
        ordering = ["kind", "word"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=WordKind.values), name="publishing_word_known_kind"),
            models.CheckConstraint(
                condition=Q(kind=WordKind.FORBIDDEN) | ~Q(replacement=""),
                name="publishing_word_preferred_says_what",
                violation_error_message=gettext_lazy("Say which word is to stand instead, or forbid this one."),
            ),
        ]

    def __str__(self):
        return self.word

    def clean(self):
        super().clean()
        for name in ("word", "replacement"):
            setattr(self, name, " ".join(getattr(self, name).split()))
        if self.word and not fold(self.word).strip():
            raise ValidationError({"word": _("There is nothing in it that can be found in a text.")})
        if self.replacement and fold(self.replacement) in self.folded_spellings():
            raise ValidationError({"replacement": _("This is the word itself.")})

    @property
    def is_forbidden(self):
        return self.kind == WordKind.FORBIDDEN

    @property
    def advice(self):
        """What to do about it, in one sentence or two."""
        said = _("Say “%s” instead.") % self.replacement if self.replacement else _("It must not be used.")
        return _("%(advice)s %(reason)s") % {"advice": said, "reason": self.note} if self.note else said

    def folded_spellings(self):
        spellings = [self.word, *VARIANTS.split(self.variants)]
        return {folded for one in spellings if (folded := fold(one.strip()))}


# Spelling ------------------------------------------------------------------------------------------------------------


@cache
def _simplify():
    return OpenCC("t2s").convert


class _Letters(dict):
    """For str.translate: what each character is compared as, worked out when it is first met."""

    def __missing__(self, code):
        character = chr(code)
        self[code] = letters = "" if unicodedata.category(character) == "Cf" else self.plain(character)
        return letters

    def plain(self, character):
        letters = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", character).casefold())
        # Twice, since one character (薴 → 苧 → 苎) takes two steps.
        return "".join(_simplify()(_simplify()(letter)) for letter in letters)


_TABLE = _Letters()


def fold(text):
    """``text`` as it is compared: NFKC, lower case, simplified, without invisible characters."""
    return text.translate(_TABLE)


def _origins(text, folded):
    """For each letter of ``folded`` where its character stands in ``text``."""
    if len(folded) == len(text) and all(len(_TABLE[ord(one)]) == 1 for one in set(text)):
        return range(len(text))
    return [place for place, one in enumerate(text) for _letter in _TABLE[ord(one)]]


# Finding -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Finding:
    """A word at its place: in ``paragraph`` (from 1) of the field ``name``, which is called ``label``.

    ``name`` is None in a row below the record, ``paragraph`` None in a field of one line.
    """

    word: Word
    name: str | None
    label: str
    paragraph: int | None
    before: str
    found: str
    after: str

    def __str__(self):
        place = {"field": self.label, "number": self.paragraph}
        where = _("%(field)s, paragraph %(number)s") % place if self.paragraph else self.label
        said = {"where": where, "words": f"{self.before}【{self.found}】{self.after}", "advice": self.word.advice}
        return _("%(where)s: “%(words)s”. %(advice)s") % said


class WordList:
    """The words in use, ready for searching.

    At each place it is asked for every length that a word beginning with this letter has, so that the time depends on
    the text and hardly on the number of words.
    """

    def __init__(self, words):
        self.words = {}
        lengths = defaultdict(set)
        for word in words:
            for spelling in word.folded_spellings():
                self.words.setdefault(spelling, word)
                lengths[spelling[0]].add(len(spelling))
        self.lengths = {first: sorted(some, reverse=True) for first, some in lengths.items()}
        self.firsts = re.compile(f"[{''.join(map(re.escape, self.lengths))}]") if self.lengths else None

    def search(self, text):
        """Yield (word, start, end) for each word in ``text``, from left to right; no two overlap."""
        folded = fold(text)
        origins = _origins(text, folded)
        place = 0
        while self.firsts and (first := self.firsts.search(folded, place)):
            start = first.start()
            word, end = self._at(folded, start)
            if word:
                yield word, origins[start], origins[end - 1] + 1
            place = end

    def _at(self, folded, start):
        for length in self.lengths[folded[start]]:
            end = start + length
            word = self.words.get(folded[start:end]) if end <= len(folded) else None
            if word and _is_whole(folded, start, end) and not _is_said_well(word, folded, start, end):
                return word, end
        return None, start + 1


#: What grows together to a word that is written between spaces: letters and digits, but no Chinese.
_LATIN = re.compile("[^\\W_\u2e80-\U0010ffff]")


def _is_whole(folded, start, end):
    """Whether no Latin word or number is cut at either end."""
    return not any(
        0 < place < len(folded) and _LATIN.match(folded[place - 1]) and _LATIN.match(folded[place])
        for place in (start, end)
    )


def _is_said_well(word, folded, start, end):
    """Whether the word stands within what is to be said instead of it: 台湾 in 中国台湾."""
    better, spelling = fold(word.replacement), folded[start:end]
    place = better.find(spelling)
    while place >= 0:
        if start >= place and folded.startswith(better, start - place):
            return True
        place = better.find(spelling, place + 1)
    return False


_known = (None, WordList([]))


def _current():
    """The list as it is now; the process keeps it until somebody changes a word."""
    global _known  # noqa: PLW0603 (a cache of one)
    if _known[0] != (version := Word.objects.version()):
        _known = (version, WordList(Word.objects.filter(is_active=True)))
    return _known[1]


# Checking ------------------------------------------------------------------------------------------------------------


def check_words(record):
    """Findings in all that ``record`` (a saved Publishable) says itself and in the rows that belong to its version."""
    words = _current()
    if not words.words:
        return []
    found = [*_in_row(words, record, record.versioned_fields())]
    for relation in record.parts():
        rows = relation.related_model._base_manager.filter(**{relation.field.name: record.pk}).order_by("pk")
        name = capfirst(relation.related_model._meta.verbose_name)
        if _prose(relation.related_model._meta.concrete_fields):
            for number, row in enumerate(rows, start=1):
                found += _in_row(words, row, row._meta.concrete_fields, f"{name} {number} · ")
    return found


def forbidden_in(record):
    """Those of ``check_words`` with which nothing is submitted or published; an empty list lets it pass."""
    return [finding for finding in check_words(record) if finding.word.is_forbidden]


def findings_in(row, names):
    """Findings in the fields ``names`` of a row that is no record, saved or not."""
    return [*_in_row(_current(), row, [row._meta.get_field(name) for name in names])]


def findings_of_form(form):
    """Findings in what a record's form has just made of its instance; rows below the record have forms of their own."""
    return [*_in_row(_current(), form.instance, form.instance.versioned_fields())]


def refuse_forbidden(form):
    """For ``_post_clean`` of a record's form: a forbidden word is an error at its field where the next step is to
    submit or to publish. What is only saved may wait for its mending.
    """
    if STEPS.isdisjoint(form.data):
        return
    refuse_findings(form, findings_of_form(form))


def refuse_findings(form, findings):
    """A forbidden word among ``findings`` is an error of ``form``, at its field where it has that."""
    for finding in findings:
        if finding.word.is_forbidden:
            form.add_error(finding.name if finding.name in form.fields else None, str(finding))


def told(findings):
    """``findings`` as sentences for people, as many as one sitting takes."""
    more = len(findings) - TOLD
    return [str(one) for one in findings[:TOLD]] + ([_("… and %d more places.") % more] if more > 0 else [])


def _prose(fields):
    """Those of ``fields`` that hold words: no addresses, no codes from a list, nothing that the portal writes."""
    no_words = (models.SlugField, models.URLField, models.EmailField, models.FileField)
    return [
        field
        for field in fields
        if isinstance(field, (models.CharField, models.TextField))
        and not isinstance(field, no_words)
        and field.editable
        and not field.choices
    ]


def _in_row(words, row, fields, above=""):
    """``above`` is how the row is called where it is not the record itself."""
    for field in _prose(fields):
        text = getattr(row, field.attname) or ""
        lines = visible_text(text).split("\n") if isinstance(field, RichTextField) else text.splitlines()
        has_paragraphs = isinstance(field, models.TextField)
        for number, line in enumerate((one for one in lines if one.strip()), start=1):
            for word, start, end in words.search(line):
                yield Finding(
                    word=word,
                    name=None if above else field.name,
                    label=above + str(capfirst(field.verbose_name)),
                    paragraph=number if has_paragraphs else None,
                    before=_cut(line[:start].lstrip(), from_end=True),
                    found=line[start:end],
                    after=_cut(line[end:].rstrip()),
                )


def _cut(text, from_end=False):
    if len(text) <= AROUND:
        return text
    return f"…{text[-AROUND:]}" if from_end else f"{text[:AROUND]}…"
