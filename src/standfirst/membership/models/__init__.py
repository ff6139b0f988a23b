from standfirst.membership.models.gift import Gift
from standfirst.membership.models.member import Member, MemberNote
from standfirst.membership.models.pledge import Pledge, PledgeEvent
from standfirst.membership.models.terms import MembershipTerms
from standfirst.membership.models.tier import Price, Tier, TierText

__all__ = ["Gift", "Member", "MemberNote", "MembershipTerms", "Pledge", "PledgeEvent", "Price", "Tier", "TierText"]
