"""People who support the newsroom."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from standfirst.membership.join_source import MOST


class MemberQuerySet(models.QuerySet["Member"]):
    """Reads of members."""

    def paying(self) -> MemberQuerySet:
        """Members with a pledge that counts now."""
        from standfirst.membership.models.pledge import Pledge

        return self.filter(models.Exists(Pledge.objects.counting().filter(member=models.OuterRef("pk"))))


class Member(models.Model):
    """Somebody who supports the newsroom, or did. `user` is the identity to sign in with; erased members have none.

    A pseudonym is enough, and nothing but an address for mail is ever demanded.
    """

    number = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    """Names the member in tokens and addresses; says nothing about the person."""
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="member",
        verbose_name=_("identity"),
    )
    pseudonym = models.CharField(_("name or pseudonym"), max_length=80, blank=True)
    language = models.CharField(_("language of mails"), max_length=12, default="en")
    source = models.CharField(_("came by"), max_length=MOST, blank=True)
    """Where the first join journey began, as `JoinSource` writes it."""
    joined_at = models.DateTimeField(_("joined"), default=timezone.now, db_index=True)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")

    def __str__(self) -> str:
        return self.pseudonym or (self.user.email if self.user else _("erased member").__str__())

    @property
    def email(self) -> str:
        """Where mails go; "" when erased."""
        return self.user.email if self.user else ""


class MemberNote(models.Model):
    """What staff wrote down about a member, or did with their money: who, when, why. Never changed."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="notes")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    text = models.TextField()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering: ClassVar = ["-at"]

    def __str__(self) -> str:
        return self.text[:60]
