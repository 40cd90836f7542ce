"""See that Chromium is there, which looks at the pages of the site. Never fails: those tests say that they were skipped."""

import shutil

from debian import ensure

if __name__ == "__main__":
    ensure(
        "browser", "chromium", ["chromium"], lambda: shutil.which("chromium") is not None,
        "the site is built and its links are tested all the same; only its look in a browser is not",
    )  # fmt: skip
