"""What a statistician does at the desk of imports."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from stats.models import FigureImport
from tests.factories import OrganizationFactory
from tests.stats.imports import GDP

NEW = "/admin/stats/figureimport/add/"
LINES = "application/x-ndjson"


def page_of(one, step="change"):
    return reverse(f"admin:stats_figureimport_{step}", args=[one.pk])


def upload(client, content=GDP, name="年报.csv", **options):
    content = content.encode() if isinstance(content, str) else content
    options = {"reason": "routine", **options}
    return client.post(NEW, {"file": SimpleUploadedFile(name, content), **options}, headers=options.pop("headers", {}))


def uploaded(client, content=GDP, **options):
    response = upload(client, content, **options)
    assert response.status_code == 302, response.context["adminform"].form.errors
    return FigureImport.objects.latest("pk")


def bureau():
    return OrganizationFactory._meta.model.objects.get(name="国家统计局").pk


def said_of(client, one, **changed):
    """The form of what the file means as a browser would send it, with some fields ``changed``."""
    form = client.get(page_of(one)).context["meaning"]
    data = {field.html_name: field.value() for field in form if field.name != "forget"}
    return {name: value for name, value in data.items() if value not in (None, "", False)} | changed


def tried(client, one, **changed):
    client.post(page_of(one, "try"), said_of(client, one, **changed))
    one.refresh_from_db()
    return one


def counts(one):
    return [one.report[name] for name in ("new", "revised", "same")], len(one.report["rejected"])


def confirmed(client, one, **said):
    response = client.post(page_of(one, "confirm"), {"reason": "routine", **said})
    one.refresh_from_db()
    return response
