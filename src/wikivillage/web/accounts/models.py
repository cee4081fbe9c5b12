"""The tables of sign-in. An account is how somebody enters; who they are is their agent, in the registry."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class AccountManager(BaseUserManager):
    """Makes accounts; only ``actions`` asks it to."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Account:
        """An account by its e-mail address, without a password unless one is given."""
        account = self.model(email=self.normalize_email(email).lower(), **fields)
        account.set_password(password) if password else account.set_unusable_password()
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """How somebody enters: an e-mail address, perhaps a password. ``agent`` is who they are; erased with the name."""

    email = models.EmailField(unique=True)
    agent = models.OneToOneField("registry.Agent", models.PROTECT, null=True, related_name="account")
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[AccountManager] = AccountManager()
    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.email
