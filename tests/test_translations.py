"""The Chinese face: nothing untranslated, nothing stale, and no English left on the pages."""

import io
import re
from collections import Counter
from pathlib import Path

import html5lib
import pytest
from babel.messages.extract import extract
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from django.contrib import admin
from django.urls import reverse
from django.utils.translation.template import templatize

from tests.factories import ArticleFactory, MilestoneFactory, ObservationFactory, PartyFactory, StaffFactory

ROOT = Path(__file__).parent.parent
CATALOGUES = ROOT / "locale/zh_Hans/LC_MESSAGES"
DOMAINS = ["django", "djangojs"]
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[.\d]*[a-z]|%[.\d]*[sdf]|\{\w*\}|</?\w+>")
ENGLISH = re.compile(r"[A-Za-z]{4,}")
#: What a Chinese page says in Latin letters all the same.
LATIN = {
    "English",  # how the other language calls itself
    "Atom", "CSV", "JSON", "stat", "XLSX", "OpenDocument",
    "JPEG", "WebP", "Word", "Excel", "PowerPoint", "docx", "xlsx", "pptx", "HTML", "SDMX",
    "CYEC",  # an example of a code
    "articles", "https",  # examples of an address
    "Control", "Command",  # keys
    "LDAP",
    "amount", "total", "investment", "agreed", "milestone", "started",  # the stable keys of an agreement's parts
}  # fmt: skip


def messages(domain):
    with (CATALOGUES / f"{domain}.po").open("rb") as file:
        return [message for message in read_po(file, locale="zh_Hans") if message.id]


def forms(words):
    return [words] if isinstance(words, str) else list(words)


def key(message):
    return message.context, forms(message.id)[0]


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_compiled_catalogue_is_that_of_its_source(domain):
    compiled = io.BytesIO()
    with (CATALOGUES / f"{domain}.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale="zh_Hans"))
    compiled.seek(0)

    with (CATALOGUES / f"{domain}.mo").open("rb") as file:
        committed = {key(message): message.string for message in read_mo(file) if message.id}

    assert committed == {key(message): message.string for message in read_mo(compiled) if message.id}


@pytest.mark.parametrize("domain", DOMAINS)
def test_nothing_is_untranslated_or_in_doubt(domain):
    unfinished = [message.id for message in messages(domain) if message.fuzzy or not all(forms(message.string or [""]))]

    assert unfinished == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_translation_has_the_placeholders_of_its_source(domain):
    different = [
        (message.id, message.string)
        for message in messages(domain)
        # The last form is the plural, where there is one: Chinese has no other.
        if Counter(PLACEHOLDER.findall(forms(message.id)[-1])) != Counter(PLACEHOLDER.findall(forms(message.string)[0]))
    ]

    assert different == []


def spoken(source):
    """(context, words) of each string that a Python source hands to gettext."""
    for _line, found, _comments, context in extract("python", io.BytesIO(source.encode()), KEYWORDS):
        yield context, forms(found)[0]


def said_by_the_sources():
    for top in ("portal", "articles", "agreements", "stats"):
        for path in (ROOT / top).rglob("*.py"):
            yield from spoken(path.read_text())
    for path in [path for path in (ROOT / "templates").rglob("*.*") if path.suffix in {".html", ".txt"}]:
        # Django turns a template into calls of gettext; what stood around them has become indented rubbish.
        lines = templatize(path.read_text(), origin=str(path)).splitlines()
        yield from spoken("\n".join(line.lstrip() for line in lines))


def test_the_catalogue_holds_what_the_sources_say():
    assert {key(message) for message in messages("django")} == set(said_by_the_sources())


def words_of(element):
    """What a reader sees or is told: text, and the attributes that are read out."""
    if not isinstance(element.tag, str) or element.tag.rpartition("}")[2] in {"script", "style", "svg"}:
        return
    yield element.text or ""
    yield from (element.get(name, "") for name in ("title", "aria-label", "placeholder"))
    for child in element:
        yield from words_of(child)
        yield child.tail or ""


def english_on(client, address):
    answer = client.get(address, follow=True)
    text = " ".join(words_of(html5lib.parse(answer.content.decode())))
    return {address: sorted(set(ENGLISH.findall(text)) - LATIN)}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/", "/articles/", "/stats/", "/agreements/", "/search/", "/search/?q=合作", "/articles/?region=0"]
)
def test_public_pages_have_no_english_left(client, address):
    ArticleFactory()
    ObservationFactory()
    MilestoneFactory(agreement=PartyFactory().agreement)

    assert english_on(client, address) == {address: []}


@pytest.mark.django_db
def test_lists_and_forms_of_the_admin_have_no_english_left(client):
    client.force_login(StaffFactory(username="u1"))
    addresses = [reverse("admin:index")]
    request = client.get(addresses[0]).wsgi_request
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        addresses.append(reverse(f"{name}_changelist"))
        if admin.site._registry[model].has_add_permission(request):
            addresses.append(reverse(f"{name}_add"))

    assert [left for address in addresses if (left := english_on(client, address)) != {address: []}] == []
