"""The WSGI entry that the web server loads: the edge, with Django behind it."""

from __future__ import annotations

import os
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "standfirst.config.settings")


def with_edge(django: Any) -> Any:
    """Return `django` behind the edge, or as it is where no page store is configured."""
    from django.conf import settings

    from standfirst.counting.running import endpoints as counting_endpoints
    from standfirst.delivery.edge.application import Edge, Plan
    from standfirst.delivery.purging.cdn.service import configured
    from standfirst.delivery.store import current

    if settings.PAGE_STORE is None:
        return django
    plan = Plan(
        base_url=settings.WAGTAILADMIN_BASE_URL,
        hosts=settings.ALLOWED_HOSTS,
        release=settings.RELEASE,
        secrets=[settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS],
        lock_file=settings.PAGE_STORE / "renderings",
        service=configured(),
        behind_proxy=settings.SECURE_PROXY_SSL_HEADER is not None,
        address_key=settings.READER_ADDRESS_KEY,
        redirect_to_https=settings.SECURE_SSL_REDIRECT,
        endpoints=counting_endpoints(),
    )
    return Edge(django, plan, current)


application = with_edge(get_wsgi_application())
