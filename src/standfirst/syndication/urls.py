"""Addresses read by machines."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from standfirst.syndication import icons, robots
from standfirst.syndication.feeds.views import feed
from standfirst.syndication.oembed import oembed
from standfirst.syndication.security_txt import security_txt
from standfirst.syndication.sitemaps import views as sitemaps

urlpatterns: list[URLPattern] = [
    re_path(r"^(?P<path>(?:[^/]+/)*)(?P<name>feed\.(?:xml|atom|json))$", feed, name="feed"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    re_path(r"^sitemaps/(?P<number>\d{1,9})\.xml$", sitemaps.share, name="sitemap_share"),
    path("news-sitemap.xml", sitemaps.news, name="news_sitemap"),
    path("oembed", oembed, name="oembed"),
    path("robots.txt", robots.robots, name="robots"),
    path("license.xml", robots.licence, name="licence"),
    path(".well-known/security.txt", security_txt, name="security_txt"),
    path("favicon.ico", icons.favicon, name="favicon"),
    path("icon.svg", icons.svg, name="icon_svg"),
    path("icon-<int:size>.png", icons.png, name="icon_png"),
    path("apple-touch-icon.png", icons.touch, name="touch_icon"),
    path("site.webmanifest", icons.manifest, name="manifest"),
]
