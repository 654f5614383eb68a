import pytest
from django.template import Context, Template

from tests.factories import ImageFactory


@pytest.mark.django_db
def test_a_picture_offers_each_width_once():
    image = ImageFactory(width=1200, height=600)

    html = Template('{% load assets %}{% picture image sizes="50vw" %}').render(Context({"image": image}))

    one = f"/media/{image.pk}"
    assert " ".join(html.split()) == (
        f'<img src="{one}/w960/" srcset="{one}/w480/ 480w, {one}/w960/ 960w, {one}/w1600/ 1200w" sizes="50vw"'
        ' alt="江边的双城" width="960" height="480" loading="lazy">'
    )
