"""Takes a member who is forgotten out of what imports kept: lines that did not come in, comments of the old site."""

from __future__ import annotations

from standfirst.importers.models import Adoption, ArchivedComment, MemberImport
from standfirst.membership.forgetting import Person

ERASED = "erased with the person"


def forget_in_imports(person: Person) -> None:
    """Forget `person`. A comment of theirs stays without name and address; a customer's id goes, a subscription's stays
    as it does with the agreement."""
    for email in person.emails:
        ArchivedComment.objects.filter(email__iexact=email).update(author="", email="", url="", fields=[])
    adoptions = Adoption.objects.filter(member=person.member)
    for adoption in adoptions.filter(object_id__startswith="cus_"):
        Adoption.objects.filter(pk=adoption.pk).update(object_id=f"erased-{adoption.pk}")
    adoptions.update(why="")
    lines = set(adoptions.values_list("run", "line"))
    for run in MemberImport.objects.exclude(problems=[]):
        problems = [
            [line, ERASED if (run.pk, line) in lines or _speaks_of(person, why) else why] for line, why in run.problems
        ]
        if problems != run.problems:
            MemberImport.objects.filter(pk=run.pk).update(problems=problems)


def _speaks_of(person: Person, text: str) -> bool:
    return any(email in text.lower() for email in person.emails)
