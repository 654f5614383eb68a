"""What is settled before any view sees a request."""

from django.core.exceptions import BadRequest


def utf8_only(get_response):
    """Refuse with 400 a request that says it is written otherwise than in UTF-8, as all our pages and forms are.

    Django would read its parameters by the codec that it names; some of Python's make text that no database takes.
    """

    def middleware(request):
        if request.content_params.get("charset", "utf-8").lower() not in {"utf-8", "utf8"}:
            raise BadRequest("Write the request in UTF-8.")
        return get_response(request)

    return middleware
