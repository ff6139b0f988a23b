import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("membership", "0001_members"),
        ("payments", "0004_key_of_payment"),
    ]

    operations = [
        migrations.AddField(
            model_name="pledge",
            name="failed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="pledge",
            name="paused_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name="ChangeOrder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[("asked", "asked for"), ("done", "done"), ("refused", "refused by the provider")],
                        default="asked",
                        editable=False,
                        max_length=8,
                    ),
                ),
                ("amount", models.BigIntegerField(blank=True, null=True)),
                (
                    "interval",
                    models.CharField(
                        blank=True,
                        choices=[("month", "a month"), ("year", "a year"), ("once", "once")],
                        default="",
                        max_length=6,
                    ),
                ),
                ("paused", models.BooleanField(blank=True, null=True)),
                ("paused_until", models.DateTimeField(blank=True, null=True)),
                ("ends", models.BooleanField(blank=True, null=True)),
                ("ends_now", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("next_try_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("failure", models.CharField(blank=True, default="", max_length=200)),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="payments.agreement"
                    ),
                ),
                (
                    "pledge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="change_orders",
                        to="membership.pledge",
                    ),
                ),
            ],
            options={
                "verbose_name": "change at a provider",
                "verbose_name_plural": "changes at providers",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "asked")), fields=["next_try_at"], name="change_order_waiting"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PaidPeriod",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("start", models.DateTimeField()),
                ("end", models.DateTimeField()),
                ("day", models.PositiveSmallIntegerField()),
                (
                    "payment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="paid_period", to="payments.payment"
                    ),
                ),
                (
                    "pledge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="paid_periods", to="membership.pledge"
                    ),
                ),
            ],
            options={
                "verbose_name": "paid period",
                "verbose_name_plural": "paid periods",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end__gt", models.F("start"))), name="paid_period_has_time"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PledgeNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                ("about", models.DateField()),
                ("step", models.PositiveSmallIntegerField(default=0)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "pledge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notices", to="membership.pledge"
                    ),
                ),
            ],
            options={
                "verbose_name": "notice of a pledge",
                "verbose_name_plural": "notices of pledges",
                "constraints": [
                    models.UniqueConstraint(fields=("pledge", "kind", "about", "step"), name="pledge_notice_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Renewal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("period_start", models.DateField()),
                ("attempt", models.PositiveSmallIntegerField()),
                ("amount", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                (
                    "interval",
                    models.CharField(
                        choices=[("month", "a month"), ("year", "a year"), ("once", "once")], max_length=6
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "asked for"),
                            ("settled", "paid"),
                            ("refused", "refused"),
                            ("dropped", "no longer wanted"),
                        ],
                        default="asked",
                        editable=False,
                        max_length=8,
                    ),
                ),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("next_try_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("failure", models.CharField(blank=True, default="", max_length=200)),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="payments.agreement"
                    ),
                ),
                (
                    "pledge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="renewals", to="membership.pledge"
                    ),
                ),
            ],
            options={
                "verbose_name": "renewal",
                "verbose_name_plural": "renewals",
                "indexes": [
                    models.Index(condition=models.Q(("state", "asked")), fields=["next_try_at"], name="renewal_waiting")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agreement", "period_start", "attempt"), name="renewal_attempt_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "asked")), fields=("agreement",), name="renewal_one_at_a_time"
                    ),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="renewal_amount_positive"),
                ],
            },
        ),
    ]
