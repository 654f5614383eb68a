from django.apps import apps
from django.core.management.base import BaseCommand

from portal.publishing.links import Link, has_texts
from portal.publishing.models import Publishable


class Command(BaseCommand):
    help = "Writes down anew where the links in all texts lead, and prints those that lead readers nowhere."

    def handle(self, **options):
        for model in apps.get_models():
            if issubclass(model, Publishable) and has_texts(model):
                for record in model._base_manager.iterator():
                    record.refresh_links()
        for link in Link.objects.dead().prefetch_related("record"):
            self.stdout.write(
                f"{link.record._meta.label_lower} {link.object_id} {link.record}: {link.text} {link.path}"
            )
