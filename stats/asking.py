"""What an editor is shown of the words of a file: what each was taken to mean, and which of them are questions."""

from typing import NamedTuple

from .printed import name_and_unit
from .resolving import SIGNS, Question, Words

__all__ = ["Asking", "Meaning"]


class Meaning(NamedTuple):
    """What a name of the file means: a record, or nothing and the question that is left."""

    record: object
    question: str = ""
    is_new: bool = False


class Asking(Words):
    """The words of a file, which also remember what they were asked.

    ``names``: role → name as printed → ``Meaning``; ``lacking``: role → the sentence that asks for what the file does
    not say; ``counted``: name of an indicator that is printed without its unit → ``Meaning``, whose record is the unit
    in words.
    """

    def __init__(self, *args):
        super().__init__(*args)
        self.names = {role: {} for role in ("region", "indicator", "unit", "source")}
        self.lacking, self.counted, self.labels = {}, {}, {}

    def misfit(self, subject, reason):
        """The unit of ``subject`` does not go with its indicator: said where the unit is answered."""
        label = self.labels.get(id(subject))
        if label in self.counted:
            self.counted[label] = Meaning(None, reason)

    def _subject(self, table, line):
        subject, label = super()._subject(table, line), self._told(table, line, "indicator")
        if subject and label:
            self.labels[id(subject)] = label.text
        return subject

    def _needed(self, table, line, role, reason):
        if not self._told(table, line, role):
            self.lacking.setdefault(role, reason)
        return super()._needed(table, line, role, reason)

    def _region(self, table, line):
        told = None if self._option(line, "region") else self._told(table, line, "region")
        return self._noted("region", told and told.text, super()._region, table, line)

    def _period(self, table, line):
        return self._noted("period", None, super()._period, table, line)

    def _unit(self, table, line):
        label, told = self._told(table, line, "indicator"), self._told(table, line, "unit")
        if not label or self.prints_unit(table, line):
            text = (label and name_and_unit(label.text)[1]) or (told and told.text)
            return self._noted("unit", text, super()._unit, table, line)
        ask = super()._unit
        try:
            if self._unit_answered(label.text):
                unit, power = ask(table, line)
            else:
                unit, power = self._noted("unit", told and told.text, ask, table, line)
        except Question as question:
            self.counted[label.text] = Meaning(None, str(question))
            raise
        self.counted.setdefault(label.text, Meaning(f"{SIGNS[power]}{unit.symbol}"))
        return unit, power

    def _indicator(self, table, line):
        told = None if self._option(line, "indicator") else self._told(table, line, "indicator")
        return self._noted("indicator", told and told.text, super()._indicator, table, line)

    def _source(self, name, told):
        return self._noted("source", told.text, super()._source, name, told)

    def _noted(self, role, name, ask, *about):
        try:
            found = ask(*about)
        except Question as question:
            if name:
                self.names[role].setdefault(name, Meaning(None, str(question)))
            else:
                self.lacking.setdefault(role, str(question))
            raise
        if name:
            record = found[0] if isinstance(found, tuple) else found
            self.names[role].setdefault(name, Meaning(record, is_new=record.pk is None))
        return found
