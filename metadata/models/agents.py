"""Agents: who did it. Names and mails live in one table, Identity, that erasure empties."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Agent(models.Model):
    """A person, an external worker or a model: an opaque number that answers point to."""

    class Kind(models.TextChoices):
        PERSON = "person", _("person")
        EXTERNAL = "external", _("external worker")
        MODEL = "model", _("model")

    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.PERSON)
    created_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"agent {self.pk}"


class Identities(BaseUserManager["Identity"]):
    def create_user(self, email: str, password: str | None = None, **extra: Any) -> "Identity":
        identity = Identity(email=self.normalize_email(email).lower(), agent=Agent.objects.create(), **extra)
        identity.set_password(password)
        identity.save()
        return identity

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> "Identity":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **extra)


class Identity(AbstractBaseUser, PermissionsMixin):
    """Who an agent is to other people, and how they sign in. An admin is a superuser."""

    agent = models.OneToOneField(Agent, models.CASCADE, related_name="identity")
    email = models.EmailField(unique=True, null=True, blank=True)
    name = models.CharField(max_length=120, blank=True)
    external_key = models.CharField(
        max_length=200, blank=True, help_text=_("The worker's id where the votes came from.")
    )
    external_source = models.CharField(max_length=80, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False, help_text=_("May open the admin console."))
    demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[Identities] = Identities()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name_plural = "identities"
        constraints = [
            models.UniqueConstraint(
                fields=["external_source", "external_key"],
                condition=~models.Q(external_key=""),
                name="identity_external_key",
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.external_key or str(self.agent_id)


class Team(models.Model):
    class Kind(models.TextChoices):
        IN_HOUSE = "in_house", _("in-house")
        OUTSOURCED = "outsourced", _("outsourced")
        CROWD = "crowd", _("crowd")

    name = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.IN_HOUSE)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class TeamMembership(models.Model):
    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships")
    agent = models.ForeignKey(Agent, models.CASCADE, related_name="team_memberships")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "agent"], name="team_membership_once")]

    def __str__(self) -> str:
        return f"{self.agent_id} in {self.team_id}"


class ApiToken(models.Model):
    """A bearer token, stored hashed; the clear text is shown once."""

    agent = models.ForeignKey(Agent, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(max_length=12, editable=False)
    scopes = ArrayField(models.CharField(max_length=20))
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"


class OneTimeLink(models.Model):
    """A link that signs in, invites or resets a password, once; needs no mail server."""

    class Purpose(models.TextChoices):
        SIGN_IN = "sign_in", _("sign in")
        INVITE = "invite", _("invitation")
        RESET = "reset", _("new password")

    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    agent = models.ForeignKey(Agent, models.CASCADE, null=True, blank=True, related_name="links")
    invitation = models.JSONField(
        default=dict, blank=True, help_text=_("What an accepted invitation grants.")
    )
    created_by = models.ForeignKey(Agent, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"
