"""`/.well-known/security.txt` (RFC 9116): where to report a hole."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from standfirst.stories.models import Edition, NewsroomSettings
from standfirst.syndication.addresses import SiteAddress, site_address
from standfirst.syndication.conditional import conditional

# Counted from the first of the month, so that the file changes once a month and never claims a year or more, which
# section 2.5.5 advises against.
VALID = timedelta(days=330)


@require_safe
def security_txt(request: HttpRequest) -> HttpResponseBase:
    """Name the newsroom's security contact.

    Raises:
        Http404: none is set.
    """
    site = site_address(request)
    contact = contact_address(NewsroomSettings.for_site(site.site).security_contact)
    if not contact:
        raise Http404("No security contact is set.")
    body = "\n".join(security_lines(contact, site, timezone.now())) + "\n"
    return conditional(request, body, "text/plain; charset=utf-8")


def contact_address(setting: str) -> str:
    """Return the contact as a URI, or nothing when the setting names none; a bare e-mail address becomes mailto:."""
    contact = "".join(setting.split())
    if contact.startswith(("mailto:", "https:", "tel:")):
        return contact
    return f"mailto:{contact}" if "@" in contact else ""


def security_lines(contact: str, site: SiteAddress, now: datetime) -> list[str]:
    """Return the fields of security.txt as they are valid at `now`."""
    month = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    editions = Edition.objects.child_of(site.site.root_page).live().select_related("locale")
    languages = ", ".join(edition.language_code for edition in editions)
    return [
        f"Contact: {contact}",
        f"Expires: {(month + VALID).strftime('%Y-%m-%dT%H:%M:%SZ')}",
        *([f"Preferred-Languages: {languages}"] if languages else []),
        f"Canonical: {site.absolute(reverse('security_txt'))}",
    ]
