from django.db import migrations

import apps.core.said


class Migration(migrations.Migration):
    dependencies = [("datasets", "0002_policies")]

    operations = [
        migrations.AlterField("version", "message", apps.core.said.SaidField(blank=True, default="")),
    ]
