"""Who reads: asked by the small script on every page, and only by browsers that were told to ask."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.views.decorators.http import require_safe

from standfirst.membership.entitlements import rank_of, state_of, variant_of
from standfirst.membership.signing_in import give_access, member_of, take_access
from standfirst.membership.views.join import reader_began


@require_safe
def me(request: HttpRequest) -> HttpResponseBase:
    """Say the reader's own name for themselves, what they are, and their variant; renew their access.

    Somebody who has just joined and is not signed in yet reads as the member they are; their name is not told.
    """
    member = member_of(request)
    reader = member or reader_began(request)
    variant = variant_of(reader)
    response = JsonResponse(
        {
            "name": member.pseudonym if member else "",
            "member": rank_of(variant) > 0,
            "state": state_of(reader, variant),
            "variant": variant,
        }
    )
    response.headers["Cache-Control"] = "private, no-store"
    if reader is None:
        take_access(response)
    else:
        give_access(response, reader)
    return response
