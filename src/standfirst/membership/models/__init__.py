from standfirst.membership.models.attempt import PaymentAttempt
from standfirst.membership.models.gift import Gift
from standfirst.membership.models.mail import MailKind, MailText, SentMail
from standfirst.membership.models.member import Member, MemberNote
from standfirst.membership.models.pledge import Pledge, PledgeEvent
from standfirst.membership.models.renewal import ChangeOrder, PaidPeriod, PledgeNotice, Renewal
from standfirst.membership.models.terms import MembershipTerms, ShownGoal
from standfirst.membership.models.tier import Price, Tier, TierText

__all__ = [
    "ChangeOrder",
    "Gift",
    "MailKind",
    "MailText",
    "Member",
    "MemberNote",
    "MembershipTerms",
    "PaidPeriod",
    "PaymentAttempt",
    "Pledge",
    "PledgeEvent",
    "PledgeNotice",
    "Price",
    "Renewal",
    "SentMail",
    "ShownGoal",
    "Tier",
    "TierText",
]
