import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenants", "0003_groups")]

    operations = [
        migrations.AddField(
            model_name="tenant", name="demands_second_factor", field=models.BooleanField(default=False)
        ),
        migrations.AddField(model_name="session", name="signed_in_at", field=models.DateTimeField(null=True)),
        migrations.AddField(
            model_name="session", name="seen_at", field=models.DateTimeField(default=django.utils.timezone.now)
        ),
        migrations.AddField(model_name="session", name="address", field=models.CharField(blank=True, max_length=45)),
        migrations.AddField(model_name="session", name="agent", field=models.CharField(blank=True, max_length=300)),
    ]
