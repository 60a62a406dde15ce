"""Prints where a Chromium is, for the browser journeys; exit status 1 and a sentence where there is none."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
MAC = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


def chromium() -> str | None:
    """The path in TAGORA_CHROMIUM, else the first browser of the family that the machine has."""
    named = os.environ.get("TAGORA_CHROMIUM", "")
    if named:
        return named if Path(named).exists() else None
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    return next((path for path in MAC if Path(path).exists()), None)


if __name__ == "__main__":
    path = chromium()
    if path is None:
        print("SKIPPED: the browser journeys. No Chromium was found; install one or name it in TAGORA_CHROMIUM.")
        sys.exit(1)
    print(f"Browser journeys run in {path}")
