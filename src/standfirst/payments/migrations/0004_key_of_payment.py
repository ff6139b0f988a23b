from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0003_comparing_with_providers")]

    operations = [
        migrations.AddField(
            model_name="payment",
            name="key",
            field=models.CharField(blank=True, db_index=True, default="", max_length=120),
        ),
    ]
