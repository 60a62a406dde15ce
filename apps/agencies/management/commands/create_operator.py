"""Creates an operator of the platform."""

from __future__ import annotations

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.agencies.services import create_operator
from apps.core.errors import TagoraError


class Command(BaseCommand):
    help = "Creates an operator, who makes, suspends and erases tenants on the pages below /operator/."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--password-env", required=True, help="environment variable that holds the password")

    def handle(self, *args: Any, **options: Any) -> None:
        password = os.environ.get(options["password_env"], "")
        if not password:
            raise CommandError(f"The environment variable {options['password_env']} is empty or not set.")
        try:
            person = create_operator(name=options["name"], password=password)
        except TagoraError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"sign_in: {person.login}")
