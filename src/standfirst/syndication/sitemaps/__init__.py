"""Sitemaps (https://www.sitemaps.org/protocol.html), with hreflang, and Google's news sitemap."""
