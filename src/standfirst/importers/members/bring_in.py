"""Brings a list of members in: who is new becomes a member, who is known stays as they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from standfirst.accounts.models import User
from standfirst.importers.members.reading import BadList, MemberList, Person
from standfirst.importers.models import Adoption, MemberImport
from standfirst.membership.models import Member, MemberNote, MembershipTerms, Pledge, PledgeEvent, Price, Tier
from standfirst.payments.models import ProviderAccount

AT_ONCE = 500
"""Rows in one transaction."""
SOURCE = "import"


@dataclass
class Counts:
    """How many rows: brought a new member, were known, became a pledge without money, have a subscription, did not
    come in."""

    new: int = 0
    known: int = 0
    comped: int = 0
    subscriptions: int = 0
    refused: int = 0


@dataclass
class Import:
    """One import: where to, and what came of it. Without `account` subscriptions cannot be taken on."""

    found: MemberList
    tier: Tier | None
    account: ProviderAccount | None = None
    language: str = "en"
    by: User | None = None
    counts: Counts = field(default_factory=Counts)
    problems: list[tuple[int, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tiers = {name.casefold(): tier for tier in Tier.objects.all() for name in (tier.slug, tier.name)}
        self.problems = list(self.found.problems)
        self.people = [person for person in self.found.people if self._can_come(person)]
        self.counts.refused = len(self.problems)

    def _can_come(self, person: Person) -> bool:
        """Say whether there is a place for `person`, and write down why not."""
        pays = person.customer or person.subscription
        why = ""
        if pays and self.account is None:
            why = f"pays by {person.subscription or person.customer}; choose the payment account that this belongs to"
        elif (pays or person.is_comped) and self.tier_of(person) is None:
            why = f"there is no tier {person.tier!r}" if person.tier else "choose a tier for members who pay"
        if why:
            self.problems.append((person.line, why))
        return not why

    def tier_of(self, person: Person) -> Tier | None:
        """The tier that the row names, by its slug or name; else the chosen one."""
        named = person.tier.strip().casefold()
        return self.tiers.get(named) if named and named != "free" else self.tier

    def report(self) -> list[tuple[int, str]]:
        """What did not come in, by line."""
        return sorted(self.problems)


def choose_tier(slug: str = "") -> Tier | None:
    """Return the tier called `slug`, or the first one. Raises BadList."""
    if not slug:
        return Tier.objects.first()
    tier = Tier.objects.filter(slug=slug).first()
    if tier is None:
        raise BadList(f"There is no tier {slug!r}; there are {', '.join(Tier.objects.values_list('slug', flat=True))}.")
    return tier


def look_ahead(work: Import) -> Counts:
    """Count what an import would do; writes nothing."""
    for some in _batches(work.people):
        known = set(
            Member.objects.filter(user__email__in=[p.email for p in some]).values_list("user__email", flat=True)
        )
        for person in some:
            _count(work, person, is_known=person.email in known)
            work.counts.comped += _is_comped(person)
    return work.counts


def bring_in(*, work: Import, file_name: str) -> MemberImport:
    """Bring the people of `work` in, some at a time. Interrupted or repeated, what is there is left as it is."""
    run = MemberImport.objects.create(file_name=file_name[:200], account=work.account, by=work.by)
    for some in _batches(work.people):
        _bring(work, run, some)
        run.counts, run.problems = asdict(work.counts), work.report()
        run.save()
    run.counts, run.problems = asdict(work.counts), work.report()
    run.save()
    return run


def _batches(people: Sequence[Person]) -> Iterator[Sequence[Person]]:
    for start in range(0, len(people), AT_ONCE):
        yield people[start : start + AT_ONCE]


def _count(work: Import, person: Person, *, is_known: bool) -> None:
    if is_known:
        work.counts.known += 1
    else:
        work.counts.new += 1
    if person.customer or person.subscription:
        work.counts.subscriptions += 1


@transaction.atomic
def _bring(work: Import, run: MemberImport, some: Sequence[Person]) -> None:
    now = timezone.now()
    users = _users(some)
    known = set(Member.objects.filter(user__in=users.values()).values_list("user_id", flat=True))
    fresh = [person for person in some if users[person.email].pk not in known]
    Member.objects.bulk_create([_member(work, person, users[person.email], now) for person in fresh])
    rows = Member.objects.filter(user__in=users.values()).select_related("user")
    members = {member.email: member for member in rows}
    MemberNote.objects.bulk_create(
        MemberNote(member=members[person.email], by=work.by, text=text) for person in fresh for text in person.notes
    )
    new = {person.email for person in fresh}
    for person in some:
        _count(work, person, is_known=person.email not in new)
    _comp(work, [person for person in some if _is_comped(person)], members, now)
    _order_adoptions(work, run, some, members)


def _users(some: Sequence[Person]) -> dict[str, User]:
    """The identities of all of them; whoever is new gets one without a password: readers sign in by a code."""
    emails = [person.email for person in some]
    there = set(User.objects.filter(email__in=emails).values_list("email", flat=True))
    fresh = [User(email=email, password=make_password(None)) for email in emails if email not in there]
    # Somebody may join in this very moment: then theirs is the identity.
    User.objects.bulk_create(fresh, ignore_conflicts=True)
    return {user.email: user for user in User.objects.filter(email__in=emails)}


def _member(work: Import, person: Person, user: User, now: datetime) -> Member:
    return Member(
        user=user,
        pseudonym=person.name,
        language=person.language or work.language,
        source=SOURCE,
        joined_at=person.joined_at or now,
    )


def _is_comped(person: Person) -> bool:
    """Whoever pays is no guest, whatever else the list says."""
    return person.is_comped and not person.customer and not person.subscription


def _comp(work: Import, some: Sequence[Person], members: dict[str, Member], now: datetime) -> None:
    """Give a pledge without money to whoever has none that counts."""
    has = set(Pledge.objects.counting().filter(member__in=members.values()).values_list("member_id", flat=True))
    currency = MembershipTerms.current().home_currency
    pledges = []
    for person in some:
        member, tier = members[person.email], work.tier_of(person)
        if member.pk in has or tier is None:
            continue
        began = person.joined_at or now
        pledges.append(
            Pledge(
                member=member,
                tier=tier,
                state=Pledge.State.ACTIVE,
                amount=0,
                currency=currency,
                interval=Price.Interval.ONCE,
                made_at=began,
                began_at=began,
                source=SOURCE,
                is_import=True,
            )
        )
    Pledge.objects.bulk_create(pledges)
    state = Pledge.State
    PledgeEvent.objects.bulk_create(
        PledgeEvent(
            pledge=pledge,
            at=pledge.made_at,
            was=state.PENDING,
            became=state.ACTIVE,
            why="a guest of the newsroom",
            by=work.by,
        )
        for pledge in pledges
    )
    work.counts.comped += len(pledges)


def _order_adoptions(work: Import, run: MemberImport, some: Sequence[Person], members: dict[str, Member]) -> None:
    """Write down which subscriptions belong to whom; `adopting` then asks the provider for each."""
    if work.account is None:
        return
    wanted: dict[str, Person] = {}
    for person in some:
        if name := person.subscription or person.customer:
            wanted.setdefault(name, person)
    there = {
        row.object_id: row
        for row in Adoption.objects.filter(account=work.account, object_id__in=wanted).select_related("member")
    }
    fresh = []
    for person in some:
        name = person.subscription or person.customer
        tier = work.tier_of(person)
        if not name or tier is None:
            continue
        owner = there[name].member if name in there else members[wanted[name].email]
        if owner != members[person.email]:
            work.problems.append((person.line, f"{name} belongs to another member of the list already"))
            work.counts.refused += 1
        elif name not in there:
            fresh.append(
                Adoption(account=work.account, object_id=name, member=owner, tier=tier, run=run, line=person.line)
            )
    Adoption.objects.bulk_create(fresh)
