from django.db import migrations

import apps.core.said


class Migration(migrations.Migration):
    dependencies = [("jobs", "0002_policies")]

    operations = [
        migrations.AlterField("job", "message", apps.core.said.SaidField(blank=True)),
        migrations.AlterField("job", "error", apps.core.said.SaidField(blank=True)),
        migrations.AlterField("jobentry", "place", apps.core.said.SaidField()),
        migrations.AlterField("jobentry", "reason", apps.core.said.SaidField()),
    ]
