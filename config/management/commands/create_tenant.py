"""Creates a tenant with its first project, bucket and admin."""

from __future__ import annotations

import json
import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from apps.audit.events import Event
from apps.audit.services import record
from apps.core.errors import TagoraError
from apps.storage.store import store
from apps.tenants import walls
from apps.tenants.actors import Actor
from apps.tenants.services import create_tenant


class Command(BaseCommand):
    help = "Creates a tenant with its first project, bucket and admin, and prints how to sign in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--admin", required=True, help="user name of the tenant's admin")
        parser.add_argument("--password-env", required=True, help="environment variable that holds the password")
        parser.add_argument("--project", default="default")
        parser.add_argument("--bucket", default="")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        password = os.environ.get(options["password_env"], "")
        if not password:
            raise CommandError(f"The environment variable {options['password_env']} is empty or not set.")
        try:
            with walls.every_tenant("the operator makes a tenant"), transaction.atomic():
                made = create_tenant(
                    name=options["name"],
                    admin=options["admin"],
                    password=password,
                    project=options["project"],
                    bucket=options["bucket"],
                )
                record(Actor.system(made.tenant, made.project), Event.CREATE_TENANT, made.tenant)
                store().create_bucket(made.bucket.name)
        except TagoraError as error:
            raise CommandError(str(error)) from None
        facts = {
            "tenant_id": made.tenant.public_id,
            "tenant": made.tenant.name,
            "project_id": made.project.public_id,
            "project": made.project.name,
            "bucket": made.bucket.name,
            "bucket_url": f"obs://{made.bucket.name}/",
            "sign_in": made.admin.login,
            "sign_in_url": f"{settings.TAGORA_URL}/sign-in/",
        }
        if settings.TAGORA_STORE == "local":
            facts["bucket_folder"] = str(settings.TAGORA_BUCKETS / made.bucket.name)
        if options["json"]:
            self.stdout.write(json.dumps(facts))
        else:
            self.stdout.write("\n".join(f"{name}: {value}" for name, value in facts.items()))
