"""Every address of the site, in the order they are tried."""

from __future__ import annotations

from django.urls import include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.api.v3.urls import api
from wagtail.documents import urls as wagtaildocs_urls

from standfirst.config.media import serve_media
from standfirst.discovery.search import urls as search_urls
from standfirst.stories import urls as story_urls
from standfirst.stories.documents import serve_document
from standfirst.syndication import urls as syndication_urls

urlpatterns = [
    path("desk/", include("standfirst.accounts.desk_urls")),
    path("desk/", include("standfirst.stories.desk.urls")),
    path("desk/", include(wagtailadmin_urls)),
    re_path(r"^media/(?P<path>.+)$", serve_media, name="media"),
    path("documents/<int:document_id>/<str:document_filename>", serve_document),
    path("documents/", include(wagtaildocs_urls)),
    path("api/v3/", api.urls),
    path("accounts/", include("standfirst.accounts.urls")),
    path("", include("standfirst.membership.urls")),
    path("", include("standfirst.payments.urls")),
    path("", include("standfirst.payments.providers.sandbox.urls")),
    path("", include(syndication_urls)),
    path("", include(search_urls)),
    path("", include(story_urls)),
    path("", include(wagtail_urls)),
]

handler500 = "standfirst.stories.desk.failing.handle_failure"
