"""The one door to uploaded files. It asks the gate of the records that use them."""

from django.http import FileResponse, Http404
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.publishing.previewing import reader_of

from .formats import Kind
from .models import Asset
from .renditions import VERSION, Rendition, open_file

__all__ = ["media"]


@require_safe
def media(request, pk, rendition):
    """One rendition of one file.

    A file that everybody may open is found without asking who asks, so that shared caches may keep it. They ask again
    after ten minutes: what is withdrawn is gone from them by then.
    """
    if rendition not in Rendition.values:
        raise Http404(_("There is no such rendition."))
    asset = Asset.objects.public().filter(pk=pk).first()
    public = asset is not None
    if asset is None:
        asset = Asset.objects.openable_by(reader_of(request)).filter(pk=pk).first()
    if asset is None or not Rendition(rendition).suits(asset.kind):
        raise Http404(_("There is no such file."))
    response = answer(request, asset, Rendition(rendition))
    response["Cache-Control"] = "public, max-age=600" if public else "private, no-store"
    return response


def answer(request, asset, rendition):
    etag = f'"{asset.sha256[:40]}-{rendition}-{VERSION}"'
    unchanged = get_conditional_response(request, etag=etag, last_modified=int(asset.uploaded_at.timestamp()))
    if unchanged is not None:
        response = unchanged
    else:
        try:
            file = open_file(asset, rendition)
        except FileNotFoundError as error:
            raise Http404(_("The file is not in the storage any more.")) from error
        response = FileResponse(
            file,
            content_type=asset.content_type,
            as_attachment=asset.kind == Kind.DOCUMENT,
            filename=asset.original_name,
        )
    response["ETag"] = etag
    response["Last-Modified"] = http_date(asset.uploaded_at.timestamp())
    response["X-Content-Type-Options"] = "nosniff"
    # Whatever a browser may make of the bytes, it runs nothing in the name of this site.
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
