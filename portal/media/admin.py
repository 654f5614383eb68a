"""Pictures and documents in the admin: uploading, finding again, and where each of them is used."""

from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponseRedirect, JsonResponse
from django.template.defaultfilters import filesizeformat
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from portal.accounts.desk import DeskAdmin

from .forms import DocumentForm, DocumentUploadForm, ImageForm, ImageUploadForm, keep
from .models import Document, Image, Use
from .renditions import Rendition

#: As many pictures as the editor's dialog offers to choose from.
RECENT = 24


class UsedFilter(admin.SimpleListFilter):
    title = gettext_lazy("use")
    parameter_name = "used"

    def lookups(self, request, model_admin):
        return [("no", gettext_lazy("used nowhere")), ("yes", gettext_lazy("used"))]

    def queryset(self, request, queryset):
        if self.value() == "no":
            return queryset.unused()
        return queryset.exclude(uses=None) if self.value() == "yes" else queryset


class AssetAdmin(DeskAdmin):
    """A file is uploaded once and never changes; what is said about it does."""

    upload_form = None
    facts = ("file_facts", "uploaded", "used_in")
    search_fields = ["title", "caption", "credit", "original_name"]
    date_hierarchy = "uploaded_at"
    ordering = ["-uploaded_at", "-pk"]

    def get_queryset(self, request):
        """What the user may open. The file of a draft in a column closed to the user does not exist for them."""
        uses = Use.objects.filter(asset=OuterRef("pk")).order_by().values("asset")
        use_count = Coalesce(Subquery(uses.annotate(n=Count("pk")).values("n")), 0)
        return super().get_queryset(request).openable_by(request.user).annotate(use_count=use_count)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **{"form": self.form if change else self.upload_form, **kwargs})
        form.uploader = request.user
        return form

    def get_fields(self, request, obj=None):
        if obj is None:
            return self.upload_form._meta.fields
        is_locked = super().has_change_permission(request, obj) and not obj.is_described_by(request.user)
        return [*(["locked"] if is_locked else []), *self.form._meta.fields, *self.facts]

    def get_readonly_fields(self, request, obj=None):
        return () if obj is None else ("locked", *self.facts)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or obj.is_described_by(request.user))

    def get_object(self, request, object_id, from_field=None):
        asset = super().get_object(request, object_id, from_field)
        if asset is not None:
            asset.asked_by = request
        return asset

    # Saving

    def save_model(self, request, obj, form, change):
        if change:
            super().save_model(request, obj, form, change)
        elif form.existing is None:
            kept = keep(obj)
            obj.__dict__.update(kept.__dict__)

    def response_add(self, request, obj, post_url_continue=None):
        if getattr(obj, "uploaded_before", False):
            self.message_user(
                request,
                _("This file has been uploaded before, as “%(title)s”. It was not taken a second time.")
                % {"title": obj.title},
                messages.WARNING,
            )
            if IS_POPUP_VAR not in request.POST:
                return HttpResponseRedirect(self.address_of("change", obj.pk))
        return super().response_add(request, obj, post_url_continue)

    # Deleting

    def get_deleted_objects(self, objs, request):
        """What is used is not deleted: the page lists the records that use it."""
        to_delete, counts, perms_needed, protected = super().get_deleted_objects(objs, request)
        if protected:
            protected = [line for asset in objs for line in lines_of_uses(asset, request, self.admin_site)]
        return to_delete, counts, perms_needed, protected

    # Columns

    @admin.display(description=gettext_lazy("used"), ordering="use_count")
    def use_count(self, asset):
        return asset.use_count

    @admin.display(description=gettext_lazy("size"), ordering="bytes")
    def size(self, asset):
        return filesizeformat(asset.bytes)

    @admin.display(description=gettext_lazy("uploaded at"), ordering="uploaded_at")
    def uploaded_on(self, asset):
        return date_format(localtime(asset.uploaded_at), "Y-m-d")

    @admin.display(description=gettext_lazy("uploaded"))
    def uploaded(self, asset):
        return format_html("{} · {}", asset.uploaded_by or "–", date_format(localtime(asset.uploaded_at), "Y-m-d H:i"))

    @admin.display(description=gettext_lazy("where it is used"))
    def used_in(self, asset):
        return _listed(lines_of_uses(asset, asset.asked_by, self.admin_site)) or "–"

    @admin.display(description=gettext_lazy("Why it is locked"))
    def locked(self, asset):
        """For who might change it, did no public record use it."""
        said = _("Readers or reviewers see it in these records. Only who may publish all of them changes its words:")
        return format_html("{}{}", said, _listed(self.admin_site.lines_of(asset.past_draft, asset.asked_by)))

    def address_of(self, page, *args):
        return reverse(f"{self.admin_site.name}:media_{self.opts.model_name}_{page}", args=args)


@admin.register(Image)
class ImageAdmin(AssetAdmin):
    form = ImageForm
    upload_form = ImageUploadForm
    facts = ("preview", *AssetAdmin.facts)
    list_display = ["thumbnail", "title", "alt", "credit", "size", "use_count", "uploaded_on"]
    list_display_links = ["thumbnail", "title"]
    list_filter = [UsedFilter, ("alt", admin.EmptyFieldListFilter), "uploaded_at"]

    @admin.display(description=gettext_lazy("picture"))
    def thumbnail(self, image):
        return format_html('<img src="{}" alt="" width="80" height="80" loading="lazy">', image.url(Rendition.THUMB))

    @admin.display(description=gettext_lazy("picture"))
    def preview(self, image):
        width, height = Rendition.W480.size_of(image)
        return format_html(
            '<a href="{}"><img src="{}" alt="{}" width="{}" height="{}"></a>',
            image.url(Rendition.ORIGINAL),
            image.url(Rendition.W480),
            image.alt,
            width,
            height,
        )

    @admin.display(description=gettext_lazy("file"))
    def file_facts(self, image):
        return f"{image.get_content_type_display()} · {image.width} × {image.height} · {self.size(image)}"

    def get_urls(self):
        return [
            path("upload/", self.admin_site.admin_view(require_POST(self.upload)), name="media_image_upload"),
            path("recent/", self.admin_site.admin_view(require_GET(self.recent)), name="media_image_recent"),
            *super().get_urls(),
        ]

    def upload(self, request):
        """For the editor: takes ``file``, ``alt``, ``caption``; answers what ``as_json`` gives, or 400 {error}."""
        if not self.has_add_permission(request):
            return JsonResponse({"error": _("You may not upload pictures. Ask an administrator.")}, status=403)
        form = ImageUploadForm(request.POST, request.FILES, uploaded_by=request.user)
        if not form.is_valid():
            return JsonResponse(
                {"error": " ".join(error for errors in form.errors.values() for error in errors)}, status=400
            )
        image = form.save()
        if not form.existing:
            self.log_addition(request, image, [{"added": {}}])
        said = {name: form.cleaned_data[name] or getattr(image, name) for name in ("alt", "caption")}
        return JsonResponse(as_json(image) | said)

    def recent(self, request):
        """For the editor: the newest pictures that the user may open; ``q`` searches as the list does."""
        if not self.has_view_permission(request):
            return JsonResponse({"results": []})
        found, _twice = self.get_search_results(request, self.get_queryset(request), request.GET.get("q", "")[:100])
        return JsonResponse({"results": [as_json(image) for image in found[:RECENT]]})


@admin.register(Document)
class DocumentAdmin(AssetAdmin):
    form = DocumentForm
    upload_form = DocumentUploadForm
    list_display = ["title", "content_type", "size", "use_count", "uploaded_by", "uploaded_on"]
    list_select_related = ["uploaded_by"]
    list_filter = [UsedFilter, "content_type", "uploaded_at"]

    @admin.display(description=gettext_lazy("file"))
    def file_facts(self, document):
        return format_html(
            '<a href="{}">{}</a> · {} · {} · SHA-256 {}',
            document.get_absolute_url(),
            document.original_name,
            document.get_content_type_display(),
            self.size(document),
            document.sha256,
        )


def as_json(image):
    """What the editor needs of a picture: address and size of what it inserts, and the words for it."""
    width, height = Rendition.W960.size_of(image)
    return {
        "id": image.pk,
        "url": image.url(Rendition.W960),
        "thumb": image.url(Rendition.THUMB),
        "width": width,
        "height": height,
        "title": image.title,
        "alt": image.alt,
        "caption": image.caption,
    }


def lines_of_uses(asset, request, site):
    """A line for each record that uses ``asset``, as the site names it to whoever asks."""
    uses = asset.uses.order_by("content_type", "object_id", "where").prefetch_related("record")
    return site.lines_of(dict.fromkeys(use.record for use in uses if use.record), request)


def _listed(lines):
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((x,) for x in lines))) if lines else ""
