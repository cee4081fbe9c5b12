"""The tables of sign-in. An account is how somebody enters; who they are is their agent, in the registry."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac


class AccountManager(BaseUserManager):
    """Makes accounts; only ``actions`` asks it to."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Account:
        """An account by its e-mail address, without a password unless one is given."""
        account = self.model(email=self.normalize_email(email).lower(), **fields)
        account.set_password(password) if password else account.set_unusable_password()
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """How somebody enters: an e-mail address, perhaps a password. ``agent`` is who they are; erased with the name.

    ``wanted_name`` waits for the first sign-in, which makes the agent. ``generation`` counts how often they signed out
    everywhere. From ``leaving_at``, if there is one, the account is to be erased; until then it opens one page only.
    """

    email = models.EmailField(unique=True)
    agent = models.OneToOneField("registry.Agent", models.PROTECT, null=True, related_name="account")
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)
    wanted_name = models.CharField(max_length=80, blank=True, default="")
    language = models.CharField(max_length=2, blank=True, default="")
    generation = models.PositiveIntegerField(default=0)
    leaving_at = models.DateTimeField(null=True)

    objects: ClassVar[AccountManager] = AccountManager()
    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.email

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must know to be theirs: a new password or a new generation ends all others."""
        salt = "wikivillage.web.accounts.session"
        return salted_hmac(salt, f"{self.password}|{self.generation}", secret=secret, algorithm="sha256").hexdigest()


class Departure(models.Model):
    """What is put back if somebody who asked to leave stays after all; their name is hidden meanwhile."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, primary_key=True, related_name="departure")
    asked_at = models.DateTimeField()
    name = models.TextField()
    handle = models.CharField(max_length=64)


class SignIn(models.Model):
    """Where somebody is signed in: by its session, since when, how, with which browser. No address of the network."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="sign_ins")
    session_key = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()
    method = models.CharField(max_length=32, blank=True, default="")
    browser = models.CharField(max_length=100, blank=True, default="")

    class Meta:
        """Newest first."""

        ordering = ("-at",)


class Remembered(models.Model):
    """What every process that serves has to know for a while: counts of tries to sign in, codes that were used once.

    The columns are those that Django's database cache asks for; it alone reads and writes them. Keys hold the addresses
    of machines, so what is over goes within a day.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)
