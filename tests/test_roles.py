"""The five roles: made by every migration, exactly as written, and nothing in the admin is without an owner."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal

from portal.publishing.models import Publishable
from portal.roles import ROLES, make_roles

pytestmark = pytest.mark.django_db


def rights_of(group):
    return {f"{app}.{code}" for app, code in group.permissions.values_list("content_type__app_label", "codename")}


def rights():
    return {group.name: rights_of(group) for group in Group.objects.all()}


def after_migration():
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")


def test_a_new_database_has_the_five_roles():
    assert rights().keys() == ROLES.keys() == {"编辑", "审核", "发布", "统计", "管理员"}
    assert all(rights().values())


def test_a_migration_gives_back_what_was_taken_and_takes_what_was_added():
    first = rights()
    Group.objects.get(name="审核").permissions.clear()
    Group.objects.get(name="编辑").permissions.add(Permission.objects.get(codename="publish_article"))
    Group.objects.get(name="统计").delete()

    after_migration()

    assert rights() == first


def test_a_migration_leaves_the_offices_own_roles_and_members_alone():
    own = Group.objects.create(name="总编室")
    own.permissions.add(Permission.objects.get(codename="publish_article"))
    editor = Group.objects.get(name="编辑")

    after_migration()

    assert rights_of(own) == {"articles.publish_article"}
    assert Group.objects.get(name="编辑") == editor


def test_roles_that_are_right_cost_a_look_and_no_more(django_assert_num_queries):
    with django_assert_num_queries(6):  # permissions; groups offered and read, what they have, and a savepoint around
        make_roles()


def test_permissions_of_the_last_app_are_there_when_the_roles_are_made():
    Permission.objects.all().delete()

    after_migration()

    assert rights() == {role: written(role) for role in ROLES}


def written(role):
    return {
        f"{kind.split('.')[0]}.{verb}_{kind.split('.')[1]}"
        for kinds, verbs in ROLES[role]
        for kind in kinds
        for verb in verbs
    }


def test_a_database_that_is_migrated_halfway_has_no_roles_yet():
    Group.objects.all().delete()
    Permission.objects.filter(codename="review_article").delete()

    with pytest.raises(LookupError):
        make_roles()

    assert not Group.objects.exists()


def test_each_role_does_its_own_part():
    held = rights()
    wanted = {
        "articles.add_article": {"编辑", "管理员"},
        "articles.change_article": {"编辑", "发布", "管理员"},
        "articles.review_article": {"审核", "管理员"},
        "articles.publish_article": {"发布", "管理员"},
        "agreements.change_milestone": {"编辑", "发布", "管理员"},
        "agreements.delete_milestone": {"编辑", "管理员"},
        "stats.add_observation": {"统计", "管理员"},
        "stats.review_release": {"审核", "管理员"},
        "stats.publish_release": {"发布", "管理员"},
        "pages.change_page": {"发布", "管理员"},
        "publishing.delete_bundle": {"发布", "管理员"},
        "vocabulary.add_column": {"管理员"},
        "accounts.change_user": {"管理员"},
        "accounts.delete_user": set(),
        "admin.view_logentry": {"管理员"},
        "publishing.delete_trashedrecord": set(),
    }

    assert {right: {name for name, has in held.items() if right in has} for right in wanted} == wanted


def test_everybody_at_the_desk_sees_every_kind_of_content():
    kinds = [model for model in admin.site._registry if issubclass(model, Publishable)]
    views = {f"{kind._meta.app_label}.view_{kind._meta.model_name}" for kind in kinds}

    assert len(views) == 5
    assert {role: views - has for role, has in rights().items()} == {role: set() for role in ROLES}


def test_every_kind_in_the_admin_is_some_roles_business():
    owned = {right.partition(".")[0] + "." + right.rpartition("_")[2] for has in rights().values() for right in has}

    # Without permissions of its own a kind is guarded by those of the record that it is about.
    guarded = {model._meta.label_lower for model in admin.site._registry if model._meta.default_permissions}
    assert guarded - owned == set()


def test_migrating_again_keeps_the_roles():
    first = {group.name: group.pk for group in Group.objects.all()}

    call_command("migrate", verbosity=0)

    assert {group.name: group.pk for group in Group.objects.all()} == first
