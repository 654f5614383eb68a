"""What an editor is shown of the words of a file: what each was taken to mean, and which of them are questions."""

from typing import NamedTuple

from .printed import name_and_unit
from .resolving import Question, Words

__all__ = ["Asking", "Meaning"]


class Meaning(NamedTuple):
    """What a name of the file means: a record, or nothing and the question that is left."""

    record: object
    question: str = ""
    is_new: bool = False


class Asking(Words):
    """The words of a file, which also remember what they were asked.

    ``names``: role → name as printed → ``Meaning``; ``lacking``: role → the sentence that asks for what the file does
    not say.
    """

    def __init__(self, *args):
        super().__init__(*args)
        self.names = {role: {} for role in ("region", "indicator", "unit", "source")}
        self.lacking = {}

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
        text = (label and name_and_unit(label.text)[1]) or (told and told.text)
        return self._noted("unit", text, super()._unit, table, line)

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
