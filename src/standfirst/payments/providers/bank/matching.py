"""Finds whom a line of a statement is from: by the reference code, by the account it came from, by amount and name.

Sure is only what cannot be another: the code of one agreement in its currency with its amount; or the account, name and
amount of one agreement that was paid from there before. Everything else is proposed to a person, the likeliest first.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from anyascii import anyascii

from standfirst.payments.models import Agreement, ProviderAccount, StatementLine
from standfirst.payments.reference_codes import find_codes, is_valid

NamesOf = Callable[[Iterable[str]], Mapping[str, tuple[str, ...]]]
"""Gives for references (`pledge:12`) the names that the payer may go by: the layer above knows them."""
MOST_CANDIDATES = 5
State = Agreement.State


@dataclass(frozen=True)
class Match:
    """What was found. Sure when `agreement` is given; `returns` is the line that this one takes back."""

    why: str
    agreement: int | None = None
    returns: int | None = None
    candidates: tuple[int, ...] = ()
    is_outgoing: bool = False


@dataclass
class Known:
    """Everything that lines of one bank account are compared with, read once for a whole statement."""

    agreements: dict[int, Agreement]
    by_code: dict[str, Agreement]
    paid_from: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    """The payer's account to the agreements that were paid from it."""
    by_name: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    """Each word of a payer's name to the agreements of such payers."""
    words: dict[int, list[frozenset[str]]] = field(default_factory=dict)

    @classmethod
    def of(cls, account: ProviderAccount, names_of: NamesOf) -> Known:
        """Read what there is to compare with: agreements of the account, earlier payers, names."""
        rows = Agreement.objects.filter(account=account).exclude(object_id="").select_related("account")
        agreements = {row.pk: row for row in rows}
        known = cls(agreements, {row.object_id: row for row in agreements.values()})
        booked = StatementLine.objects.filter(account=account, state=StatementLine.State.APPLIED, amount__gt=0)
        for number, payer_account, payer_name in booked.values_list("agreement_id", "payer_account", "payer_name"):
            known.learn(number, payer_account, payer_name)
        names = names_of([row.reference for row in agreements.values()])
        for row in agreements.values():
            for name in names.get(row.reference, ()):
                known.learn(row.pk, "", name)
        return known

    def learn(self, agreement: int | None, payer_account: str, payer_name: str) -> None:
        """Remember that `agreement` is paid from this account, by somebody of this name."""
        if agreement is None:
            return
        if payer_account:
            self.paid_from[payer_account].add(agreement)
        words = words_of(payer_name)
        if words and words not in self.words.setdefault(agreement, []):
            self.words[agreement].append(words)
            for word in words:
                self.by_name[word].add(agreement)

    def named(self, payer_name: str) -> list[int]:
        """Agreements of payers with this name: at least two words of it, or the only one, the most alike first."""
        words = words_of(payer_name)
        near: dict[int, int] = {}
        for number in {number for word in words for number in self.by_name.get(word, ())}:
            shared = max(len(words & name) for name in self.words[number])
            if shared >= min(2, len(words)):
                near[number] = shared
        return sorted(near, key=lambda number: (-near[number], number))


def words_of(name: str) -> frozenset[str]:
    """The words of a name in plain letters: banks write `KAPANADZE ANA` for ანა კაპანაძე."""
    plain = re.sub(r"['’`]", "", anyascii(name).lower())  # ანა კაპანაძე becomes Ana Kap'anadze
    return frozenset(re.findall(r"[a-z]{2,}", plain))


def match(line: StatementLine, known: Known) -> Match:
    """Find whom an incoming line is from."""
    codes = [code for code in find_codes(line.text) if is_valid(code)]
    meant = [known.by_code[code] for code in codes if code in known.by_code]
    if len(meant) > 1:
        found = ", ".join(row.object_id for row in meant)
        return Match(f"It names {len(meant)} agreements: {found}.", candidates=_numbers(meant))
    if line.is_return:
        return Match("The bank calls it money that we sent and that came back.", candidates=_numbers(meant))
    if meant:
        return _by_code(line, meant[0])
    wrong = next(find_codes(line.text), "")
    remark = f"The code {wrong} does not exist. " if wrong else ""
    return _by_payer(line, known, remark)


def _by_code(line: StatementLine, agreement: Agreement) -> Match:
    """One code is there; whether it is sure depends on what came."""
    candidates = (agreement.pk,)
    if line.currency != agreement.currency:
        return Match(f"It is in {line.currency}; agreed is {agreement.money}.", candidates=candidates)
    if line.amount != agreement.amount:
        return Match(f"{line.money} came; agreed is {agreement.money}.", candidates=candidates)
    if agreement.state == State.ENDED:
        return Match("The agreement with this code has ended.", candidates=candidates)
    if agreement.interval == Agreement.Interval.ONCE and agreement.state == State.ACTIVE:
        return Match("It was to be paid once and is paid already.", candidates=candidates)
    return Match("code and amount", agreement=agreement.pk)


def _by_payer(line: StatementLine, known: Known, remark: str) -> Match:
    """No code that exists: who paid from this account before, and who has this name."""
    before = known.paid_from.get(line.payer_account, set()) if line.payer_account else set()
    named = known.named(line.payer_name)
    fitting = [number for number in sorted(before) if _fits(line, known.agreements.get(number))]
    if not remark and len(before) == 1 and len(fitting) == 1 and fitting[0] in named:
        return Match("account, name and amount as before", agreement=fitting[0])
    likely = [number for number in (*fitting, *sorted(before), *named) if number in known.agreements]
    likely.sort(key=lambda number: not _fits(line, known.agreements[number]))
    candidates = tuple(dict.fromkeys(likely))[:MOST_CANDIDATES]
    if not candidates:
        return Match(f"{remark}No member is known by this account or name.")
    if fitting:
        return Match(f"{remark}Paid from an account that paid before.", candidates=candidates)
    if _fits(line, known.agreements[candidates[0]]):
        return Match(f"{remark}The name and the amount fit.", candidates=candidates)
    return Match(f"{remark}The name or the account fits, the amount does not.", candidates=candidates)


def _fits(line: StatementLine, agreement: Agreement | None) -> bool:
    if agreement is None or agreement.state == State.ENDED:
        return False
    if agreement.interval == Agreement.Interval.ONCE and agreement.state == State.ACTIVE:
        return False
    return (agreement.amount, agreement.currency) == (line.amount, line.currency)


def _numbers(agreements: Iterable[Agreement]) -> tuple[int, ...]:
    return tuple(agreement.pk for agreement in agreements)[:MOST_CANDIDATES]


def match_outgoing(line: StatementLine, booked: list[StatementLine]) -> Match:
    """Find the payment that a line takes back, among `booked` lines with something left of them.

    Sure when it names the code of one payment of that amount, or the bank itself calls it a return and only one payment
    of that amount came from that account. Money that went to nobody who paid is none of our business.
    """
    fitting = [row for row in booked if row.currency == line.currency and row.amount >= -line.amount]
    codes = set(find_codes(line.text))
    coded = [row for row in fitting if row.agreement is not None and row.agreement.object_id in codes]
    same = [row for row in fitting if line.payer_account and row.payer_account == line.payer_account]
    whole = [row for row in coded or same if row.amount == -line.amount]
    if len(whole) == 1 and (coded or line.is_return):
        return Match("the payment was returned", agreement=whole[0].agreement_id, returns=whole[0].pk)
    if coded or same:
        likely = tuple(row.agreement_id for row in coded or same if row.agreement_id)
        return Match("It may take a payment back.", candidates=tuple(dict.fromkeys(likely))[:MOST_CANDIDATES])
    return Match("", is_outgoing=True)
