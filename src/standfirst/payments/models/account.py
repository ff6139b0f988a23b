"""Accounts at payment providers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from standfirst.kit.sealing import seal, unseal
from standfirst.payments.providers.interface import Credentials

if TYPE_CHECKING:
    from standfirst.payments.providers.interface import Provider


class ProviderAccount(models.Model):
    """One account of the newsroom at one provider. Never deleted once money went through it: closed instead."""

    provider = models.CharField(_("provider"), max_length=30)
    label = models.CharField(_("name"), max_length=80, help_text=_("What the newsroom calls it."))
    payer_label = models.CharField(
        _("what members read"), max_length=80, blank=True, help_text=_("For instance: Card. Left empty: the name.")
    )
    currencies = models.JSONField(_("currencies"), default=list)
    """ISO 4217 codes that it takes."""
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_open = models.BooleanField(
        _("takes new members"), default=True, help_text=_("A closed account goes on serving the members it has.")
    )
    is_test = models.BooleanField(_("test mode"), default=False)
    settings = models.JSONField(default=dict, blank=True)
    sealed = models.TextField(blank=True, default="")
    """The secrets, as JSON, sealed."""
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[models.Manager[ProviderAccount]]

    class Meta:
        verbose_name = _("payment account")
        verbose_name_plural = _("payment accounts")
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return self.label

    @property
    def verbs(self) -> Provider:
        """The provider's four verbs."""
        from standfirst.payments.providers import provider_named

        return provider_named(self.provider)

    @property
    def secrets(self) -> dict[str, str]:
        """The secrets, unsealed. Raises CannotUnseal."""
        found: dict[str, str] = json.loads(unseal(self.sealed)) if self.sealed else {}
        return found

    def keep_secrets(self, **secrets: str) -> None:
        """Replace the secrets that are named; an empty one leaves what is there. Does not save."""
        kept = {**self.secrets, **{name: value for name, value in secrets.items() if value}}
        self.sealed = seal(json.dumps(kept))

    @property
    def credentials(self) -> Credentials:
        """What the verbs ask for."""
        found: dict[str, Any] = self.settings
        return Credentials(found, self.secrets, self.is_test)
