from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _


class UserQuerySet(models.QuerySet["User"]):
    """Reads of identities."""

    def with_second_factor(self) -> UserQuerySet:
        """Annotate `has_second_factor`: whether the person signs in with more than a password."""
        from allauth.mfa.models import Authenticator

        factors = Authenticator.objects.filter(user=models.OuterRef("pk"))
        real = factors.exclude(type=Authenticator.Type.RECOVERY_CODES)
        return self.annotate(has_second_factor=models.Exists(real))


class Identities(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Creates identities by e-mail address; there are no user names."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):  # type: ignore[django-manager-missing] # Wagtail's uploaded_by_user
    """An identity: staff of the newsroom or a reader. Staff enter the desk through a role (a group)."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    is_staff = models.BooleanField(_("staff"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)

    objects: ClassVar[Identities] = Identities()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.get_full_name()

    def get_full_name(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return self.name or self.email.partition("@")[0]

    @cached_property
    def group_names(self) -> frozenset[str]:
        """Names of the groups, asked for once for as long as this object lives (a request)."""
        return frozenset(self.groups.values_list("name", flat=True))

    @property
    def first_name(self) -> str:
        """Wagtail's user list and mails ask for it."""
        return self.name

    @property
    def last_name(self) -> str:
        return ""
