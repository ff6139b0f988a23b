from __future__ import annotations

from django.apps import AppConfig


class SyndicationConfig(AppConfig):
    name = "standfirst.syndication"
    label = "syndication"
    verbose_name = "Syndication"

    def ready(self) -> None:
        from standfirst.syndication.api import restrict_public_pages, restrict_texts

        restrict_public_pages()
        restrict_texts()
