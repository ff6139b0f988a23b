"""Whether readers find what is public."""

from __future__ import annotations

from collections.abc import Iterator

from standfirst.cli.examination.finding import Finding, good, problem
from standfirst.cli.home import Home


def check_search(home: Home) -> Iterator[Finding]:
    """The search holds every public story and no other, and none waits for long."""
    from standfirst.discovery.search.rebuilding import gaps

    found = gaps()
    if found.missing or found.stray:
        said = f"{found.missing} public stories are not found, {found.stray} are found and not public"
        yield problem("search", said, "run `standfirst manage rebuild_search`.")
    if found.late:
        remedy = "start the site with `standfirst serve`; the log of standfirst.search says which fail, and why."
        yield problem("search", f"{found.late} changed stories wait for longer than ten minutes", remedy)
    if not found:
        yield good("search", "every public story is found, and no other")
