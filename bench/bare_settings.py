"""The settings of the server with the view of bench/bare_view.py in place of all pages and operations."""

from config.settings.base import *  # noqa: F403

ROOT_URLCONF = "bench.bare_view"
