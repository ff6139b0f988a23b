"""Style sheets and scripts while one release replaces another."""

from __future__ import annotations

import os
from pathlib import Path

from django.http import HttpRequest, HttpResponseBase
from whitenoise.middleware import WhiteNoiseMiddleware


class StaticFilesMiddleware(WhiteNoiseMiddleware):
    """WhiteNoise, which knows the files that were there when its process began, and those that came since.

    A page of a new release may send its reader's next request, for the style sheet, to a worker of the release before,
    over a connection that is open still. That worker looks on the disk before it says that there is no such file.
    """

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request for a static file, or hand it on."""
        url = request.path_info
        if url.startswith(self.static_prefix) and url not in self.files:
            self._look_for(url)
        response: HttpResponseBase = super().__call__(request)
        return response

    def _look_for(self, url: str) -> None:
        root = os.path.join(os.path.abspath(self.static_root), "")
        file = os.path.join(root, url[len(self.static_prefix) :])
        inside = self.url_is_canonical(url) and "\x00" not in url and self.path_is_child_of(file, root)
        if inside and Path(file).is_file():
            self.add_file_to_dictionary(url, file)
