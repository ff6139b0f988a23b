from __future__ import annotations

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

KINDS = [
    ("code", "Code to sign in"),
    ("confirm", "Confirm an address"),
    ("receipt", "Receipt"),
    ("thank_you", "Thank you"),
    ("renewal_notice", "Notice before a yearly payment"),
    ("payment_failed", "Payment failed"),
    ("lapse", "Membership lapsed"),
    ("gift", "A gift arrives"),
    ("gift_receipt", "Receipt of a gift"),
    ("already_member", "Already a member"),
    ("cancelled", "Cancelled"),
    ("paused", "Paused"),
    ("changed", "Changed"),
]


class Migration(migrations.Migration):
    dependencies = [("membership", "0002_renewals")]

    operations = [
        migrations.CreateModel(
            name="MailText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=KINDS, max_length=20, verbose_name="mail")),
                ("language", models.CharField(max_length=12, verbose_name="language")),
                ("subject", models.CharField(max_length=150, verbose_name="subject")),
                (
                    "text",
                    models.TextField(
                        help_text="An empty line begins a paragraph. Words in braces are filled in: {name}, {amount}, "
                        "{link} and so on. A line whose words in braces are all empty is left out.",
                        verbose_name="text",
                    ),
                ),
            ],
            options={
                "verbose_name": "text of a mail",
                "verbose_name_plural": "texts of mails",
                "constraints": [models.UniqueConstraint(fields=("kind", "language"), name="mail_text_once")],
            },
        ),
        migrations.CreateModel(
            name="SentMail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=200, unique=True)),
                ("kind", models.CharField(choices=KINDS, max_length=20)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("language", models.CharField(max_length=12)),
                ("sealed", models.TextField(blank=True, default="")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "waiting"),
                            ("sending", "being sent"),
                            ("sent", "sent"),
                            ("failed", "given up"),
                        ],
                        default="queued",
                        editable=False,
                        max_length=8,
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("failure", models.CharField(blank=True, default="", max_length=200)),
                ("made_at", models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ("claimed_at", models.DateTimeField(blank=True, null=True)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                (
                    "member",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="mails",
                        to="membership.member",
                    ),
                ),
            ],
            options={"verbose_name": "mail to a member", "verbose_name_plural": "mails to members"},
        ),
    ]
