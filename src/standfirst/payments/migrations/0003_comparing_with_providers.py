import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("payments", "0002_ledger_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="agreement",
            name="compared_at",
            field=models.DateTimeField(blank=True, db_index=True, null=True),
        ),
        migrations.AddField(
            model_name="refund",
            name="tried_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="agreement",
            index=models.Index(fields=["object_id"], name="agreement_object"),
        ),
        migrations.AddIndex(
            model_name="agreement",
            index=models.Index(fields=["mandate_id"], name="agreement_mandate"),
        ),
        migrations.CreateModel(
            name="Difference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=120, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("contradiction", "what the provider says cannot be"),
                            ("state", "the provider is in a state that ours cannot go to"),
                            ("unknown", "the provider does not know the agreement"),
                            ("refused", "the provider refuses to answer"),
                            ("sealed", "the account's secrets cannot be read"),
                            ("broken", "what the provider says could not be written down"),
                            ("refund", "the provider gave less back than we wrote down"),
                            ("missing", "the provider does not list a payment that we have"),
                            ("asked", "it is not known whether a refund was made"),
                        ],
                        max_length=16,
                    ),
                ),
                ("sentence", models.TextField()),
                ("found_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("seen_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("closed_at", models.DateTimeField(blank=True, db_index=True, null=True)),
                ("is_settled", models.BooleanField(default=False)),
                ("reason", models.CharField(blank=True, default="", max_length=300)),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="differences",
                        to="payments.agreement",
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "difference with a provider",
                "verbose_name_plural": "differences with providers",
                "ordering": ["-found_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("closed_at", None), models.Q(("reason", ""), _negated=True), _connector="OR"),
                        name="difference_closed_with_a_reason",
                    ),
                ],
            },
        ),
    ]
