"""A page in a real browser: what it complains about, and a picture of it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def look(page: Path, scratch: Path) -> tuple[list[str], bytes]:
    """Errors on the console and files not found while a page is shown, and the picture as PNG."""
    assert CHROMIUM is not None
    picture = scratch / "page.png"
    command = [
        CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--hide-scrollbars",
        "--window-size=1200,1600", f"--user-data-dir={scratch / 'profile'}", f"--screenshot={picture}", page.as_uri(),
    ]  # fmt: skip
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
        env={**os.environ, "HOME": str(scratch)},
    )
    said = [line for line in done.stderr.splitlines() if ":CONSOLE" in line or "ERR_FILE_NOT_FOUND" in line]
    return said, picture.read_bytes()
