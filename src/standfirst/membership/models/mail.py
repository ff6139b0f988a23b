"""Mails to members: that each was sent once, and what the newsroom wants it to say."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from standfirst.membership.models.member import Member


class MailKind(models.TextChoices):
    """What a mail is about."""

    CODE = "code", _("Code to sign in")
    CONFIRM = "confirm", _("Confirm an address")
    RECEIPT = "receipt", _("Receipt")
    THANK_YOU = "thank_you", _("Thank you")
    RENEWAL_NOTICE = "renewal_notice", _("Notice before a yearly payment")
    TRANSFER_NOTICE = "transfer_notice", _("Reminder to transfer")
    TRANSFER_AWAITED = "transfer_awaited", _("First transfer has not come")
    PAYMENT_FAILED = "payment_failed", _("Payment failed")
    LAPSE = "lapse", _("Membership lapsed")
    GIFT = "gift", _("A gift arrives")
    GIFT_RECEIPT = "gift_receipt", _("Receipt of a gift")
    ALREADY_MEMBER = "already_member", _("Already a member")
    CANCELLED = "cancelled", _("Cancelled")
    PAUSED = "paused", _("Paused")
    CHANGED = "changed", _("Changed")


class SentMailQuerySet(models.QuerySet["SentMail"]):
    """Reads of mails."""

    def given_up(self, *, since: datetime) -> SentMailQuerySet:
        """Those ordered after `since` that the mail server never took, and that still have somebody to get them."""
        return self.filter(state=SentMail.State.FAILED, made_at__gte=since).exclude(email="")

    def waiting(self, *, before: datetime) -> SentMailQuerySet:
        """Those not sent yet that were tried already, or were ordered before `before`."""
        tried = models.Q(tries__gt=0, claimed_at=None) | models.Q(made_at__lt=before)
        return self.filter(tried, state__in=[SentMail.State.QUEUED, SentMail.State.SENDING]).exclude(email="")


class SentMail(models.Model):
    """One mail that was ordered; `key` names the event it is about, so that the event has one mail however often told.

    What the mail says lies sealed until it is sent, and is gone then: codes and links are nobody's business later.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("given up")

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=20, choices=MailKind)
    member = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True, related_name="mails")
    email = models.EmailField(blank=True)
    """Emptied when the person is erased."""
    language = models.CharField(max_length=12)
    sealed = models.TextField(blank=True, default="")
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED, editable=False)
    tries = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=200, blank=True, default="")
    made_at = models.DateTimeField(default=timezone.now, db_index=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = SentMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail to a member")
        verbose_name_plural = _("mails to members")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.get_state_display()})"


class MailText(models.Model):
    """What a kind of mail says in one language, in the newsroom's own words instead of the built-in ones."""

    kind = models.CharField(_("mail"), max_length=20, choices=MailKind)
    language = models.CharField(_("language"), max_length=12)
    subject = models.CharField(_("subject"), max_length=150)
    text = models.TextField(
        _("text"),
        help_text=_(
            "An empty line begins a paragraph. Words in braces are filled in: {name}, {amount}, {link} and so on. "
            "A line whose words in braces are all empty is left out."
        ),
    )

    objects: ClassVar[models.Manager[MailText]]

    class Meta:
        verbose_name = _("text of a mail")
        verbose_name_plural = _("texts of mails")
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "language"], name="mail_text_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.language})"

    def clean(self) -> None:
        """Refuse words in braces that nothing fills in, and a mail that leaves out what it is for."""
        from standfirst.membership.mail_text import unknown_words, words_in
        from standfirst.membership.mail_words import NEEDED, allowed

        if self.kind not in MailKind.values:
            return  # said by the field itself
        if unknown := unknown_words(self.kind, f"{self.subject}\n{self.text}"):
            known = ", ".join(f"{{{word}}}" for word in sorted(allowed(self.kind)))
            sentence = _(
                "Nothing is filled in for {word} in this mail; correct it or leave it out. There are: {known}."
            )
            raise ValidationError(sentence.format(word=f"{{{unknown[0]}}}", known=known))
        missing = NEEDED.get(self.kind, frozenset()) - words_in(self.text)
        if missing:
            raise ValidationError(
                _("This mail is of no use without {word}; put it into the text.").format(word=f"{{{min(missing)}}}")
            )
