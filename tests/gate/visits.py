"""Walks through doors and keeps count: what was asked, what was wrong, and which addresses were tried."""

import io
import json
import zipfile
from dataclasses import dataclass
from unittest import mock

from django.template.backends.django import Template

from .specimens import marks_in
from .table import AUDIENCES

__all__ = ["Answer", "Walk", "drawn", "drawn_once", "not_drawn", "text_of"]

#: Wrong cases that are told one by one.
MOST = 100
DRAW = Template.render


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    content: bytes
    response: object

    @property
    def marks(self):
        return marks_in(self.text)


def text_of(response, content):
    """What ``response`` says, in whatever clothes; a file that is no text says its bytes."""
    kind = response.headers.get("Content-Type", "").partition(";")[0]
    if kind.endswith("sheet"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return "\n".join(book.read(name).decode() for name in book.namelist())
    if kind == "application/json":
        return json.dumps(json.loads(content), ensure_ascii=False)
    said = "" if kind.startswith(("image/", "application/pdf")) else content.decode()
    return "\n".join([said, response.headers.get("Location", "")])


def drawn_once():
    """A context in which one page is drawn once for each audience, whoever of it comes: the gate decides before. What
    says that there is nothing is the same everywhere.
    """
    pages = {}

    def render(template, context=None, request=None):
        name = template.template.name
        if request is None:
            return DRAW(template, context, request)
        place = "" if name in {"404.html", "403.html"} else request.get_full_path()
        key = (name, place, request.META["gate.audience"])
        if key not in pages:
            pages[key] = DRAW(template, context, request)
        return pages[key]

    return mock.patch.object(Template, "render", render)


def not_drawn():
    """A context in which no page is drawn: who is let in, and what was done, can be told without."""
    return mock.patch.object(Template, "render", return_value="")


def drawn():
    """A context within one of the others in which every page is drawn."""
    return mock.patch.object(Template, "render", DRAW)


class Walk:
    """Visits of all people to one door of a World. ``routes`` are the addresses that were tried, as the URLconf has
    them, ``cases`` how many answers were held against the table, ``wrong`` says which were not as it says.
    """

    def __init__(self, world):
        self.world, self.cases, self.wrong, self.routes = world, 0, [], set()

    def client(self, person, one=None):
        """The client of ``person``; of a guest with a link to ``one``."""
        client = self.world.clients.get(person) or self.world.guest(person, one)
        client.defaults["gate.audience"] = AUDIENCES[person]
        client.cookies.pop("messages", None)  # what was said at the last visit is not told at this one
        return client

    def get(self, person, address, one=None, **data):
        return self.answer(self.client(person, one).get(address, data))

    def post(self, person, address, one=None, **data):
        return self.answer(self.client(person, one).post(address, data))

    def answer(self, response):
        if response.resolver_match:
            self.routes.add(response.resolver_match.route)
        content = b"".join(response.streaming_content) if response.streaming else response.content
        return Answer(response.status_code, text_of(response, content), content, response)

    def expect(self, is_right, *said):
        """Count a case; ``said`` is what to say where it is wrong."""
        self.cases += 1
        if not is_right:
            self.wrong.append(" · ".join(map(str, said)))

    def judge(self):
        """Raises AssertionError with all that was wrong."""
        told = "\n".join(self.wrong[:MOST])
        assert not self.wrong, f"{len(self.wrong)} of {self.cases} cases are wrong:\n{told}"

    def expect_marks(self, told, may, must, *said):
        """Hold the marks ``told`` against those of every specimen: ``may`` and ``must`` give sets of marks for one.

        Each specimen is a case.
        """
        for one in self.world.specimens:
            own = told & one.marks
            names = [name for name, mark in one.named_marks.items() if mark in own]
            self.expect(own <= may(one) and must(one) <= own, *said, one, "tells", ", ".join(names) or "nothing")
