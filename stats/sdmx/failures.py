"""What a query is refused with: the numbers of SDMX, and the HTTP status that belongs to each.

https://github.com/sdmx-twg/sdmx-rest/blob/v1.5.0/v2_1/ws/rest/docs/4_7_errors.md
"""

__all__ = ["Failure", "nothing_found", "semantic_error", "syntax_error"]


class Failure(Exception):
    """A query that is answered with an SDMX error message: ``code``, ``text`` for people, HTTP ``status``."""

    def __init__(self, code, text, status):
        super().__init__(text)
        self.code, self.text, self.status = code, text, status


def nothing_found(text):
    return Failure(100, text, 404)


def syntax_error(text, status=400):
    """The query is not written as SDMX writes queries; ``status`` where HTTP has a word of its own for it."""
    return Failure(140, text, status)


def semantic_error(text):
    """Written well, and yet it makes no sense."""
    return Failure(150, text, 403)


def not_implemented(text):
    return Failure(501, text, 501)
