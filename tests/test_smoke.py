import pytest


@pytest.mark.django_db
def test_root_exists() -> None:
    from wagtail.models import Page

    assert Page.objects.filter(depth=1).exists()
