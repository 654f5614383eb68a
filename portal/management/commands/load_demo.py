from django.conf import settings
from django.core.management.base import BaseCommand

from portal.accounts.models import User
from portal.demo.loading import DemoLoader
from portal.roles import make_roles

#: Who works in the demo's office: login, name, role; three reviewers, for columns that demand three reviews.
#: Made only where PORTAL_DEBUG=1: these passwords are public.
LOGINS = [
    ("editor", "林舟", "编辑"),
    ("reviewer", "何岚", "审核"),
    ("reviewer2", "程墨", "审核"),
    ("reviewer3", "许行之", "审核"),
    ("publisher", "沈嘉", "发布"),
    ("statistician", "陆数", "统计"),
    ("administrator", "周远", "管理员"),
]


class Command(BaseCommand):
    help = "Loads the demo: places, units, figures, agreements, articles, pages. A second run changes nothing."

    def handle(self, **options):
        loader = DemoLoader(tell=lambda step: self.stdout.write(f"  {step} …", ending="\n"))
        made = loader.load()
        for model, count in made.items():
            if count:
                self.stdout.write(f"{count:>6}  {model._meta.verbose_name_plural}")
        if not any(made.values()):
            self.stdout.write("The demo is loaded already; nothing was changed.")
        if people := self.make_logins():
            loader.corrections(people["editor"], people["publisher"])

    def make_logins(self):
        """Returns who works in the office, by login; nobody where they are not made."""
        groups = make_roles()
        if not settings.DEBUG:
            self.stdout.write("No accounts were made: their passwords are public (PORTAL_DEBUG=1 makes them).")
            return {}
        people = {}
        for username, name, role in LOGINS:
            is_chief = role == "管理员"
            defaults = {"name": name, "email": f"{username}@example.org", "is_staff": True, "is_superuser": is_chief}
            user, is_new = User.objects.get_or_create(username=username, defaults=defaults)
            password = f"shuangcheng-{username}"
            if is_new:
                user.set_password(password)
                user.save()
                user.groups.add(groups[role])
            people[username] = user
            self.stdout.write(f"  {username:<14} {password:<25} {role}")
        return people
