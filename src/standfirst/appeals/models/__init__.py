"""What an ask is made of."""

from standfirst.appeals.models.appeal import Appeal, Device, Place, State, Visit
from standfirst.appeals.models.campaign import Campaign
from standfirst.appeals.models.quiet_day import QuietDay
from standfirst.appeals.models.trial_decision import TrialDecision
from standfirst.appeals.models.variant import Preset, Variant

__all__ = ["Appeal", "Campaign", "Device", "Place", "Preset", "QuietDay", "State", "TrialDecision", "Variant", "Visit"]
