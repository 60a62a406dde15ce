"""Creates the demo tenant on the first run, and says how to sign in on every run."""

from __future__ import annotations

import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from apps.demo import services
from apps.tenants import walls


class Command(BaseCommand):
    help = "Creates a demo tenant with two data sets and a team, unless it exists, and prints how to sign in."

    def handle(self, *args: Any, **options: Any) -> None:
        with walls.every_tenant("the demo's tenant is made here"):
            self._handle()

    def _handle(self) -> None:
        note = settings.TAGORA_HOME / "demo-sign-in.txt"
        if not services.exists():
            made, password = services.create_demo()
            settings.TAGORA_HOME.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(note, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.write(f"sign-in name: {made.admin.login}\npassword:     {password}\n")
        if note.exists():
            self.stdout.write("Sign in to the demo tenant with\n" + note.read_text().rstrip())
            self.stdout.write(f"(kept in {note}; the demo's bucket is {settings.TAGORA_BUCKETS / 'demo-data'})")
