from django.db import migrations, models

OLD = "payments_ledgerentry_transaction_id_0b930aa1"
"""Django's own name for the index of the foreign key, the same on every database."""


class Migration(migrations.Migration):
    """One index in the place of another.

    The table is not altered: SQLite would copy and drop it, and the triggers that keep it append-only with it.
    """

    dependencies = [
        ("payments", "0006_refunds_that_fail_and_disputed_parts"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="ledgerentry",
            index=models.Index(fields=["transaction", "book", "currency", "amount"], name="ledger_entry_summed"),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"DROP INDEX IF EXISTS {OLD}",
                    f"CREATE INDEX {OLD} ON payments_ledgerentry (transaction_id)",
                )
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="ledgerentry",
                    name="transaction",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=models.PROTECT,
                        related_name="entries",
                        to="payments.ledgertransaction",
                    ),
                )
            ],
        ),
    ]
