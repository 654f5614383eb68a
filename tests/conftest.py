import os

import pytest
from django.core.cache import cache
from hypothesis import settings as hypothesis_settings

# Playwright's own loop runs in this thread; Django must not take it for an asynchronous view.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# No test waits on time: a loaded machine is no defect.
hypothesis_settings.register_profile("untimed", deadline=None)
hypothesis_settings.load_profile("untimed")


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()


@pytest.fixture(autouse=True)
def own_media_root(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
