"""Public addresses of insights."""

from __future__ import annotations

from django.urls import re_path

from standfirst.insights.membership.funding import how_we_are_funded
from standfirst.stories.urls import EDITION

urlpatterns = [re_path(EDITION + r"how-we-are-funded/$", how_we_are_funded, name="how_we_are_funded")]
