"""See that pdflatex is there with what the report loads; install it with apt when root, else say the command.

Never fails: without it `symlam latex` and the HTML report still work, and tests of the PDF say that they were skipped.
"""

import os
import shutil
import subprocess
import sys

PACKAGES = ["texlive-latex-base", "texlive-latex-recommended"]
FILES = ["amsmath.sty", "booktabs.sty", "longtable.sty", "hyperref.sty", "geometry.sty"]
APT = [
    "apt-get",
    "-o",
    "Acquire::Retries=1",
    "-o",
    "Acquire::http::Timeout=60",
    "-o",
    "DPkg::Lock::Timeout=120",
]


def works():
    """True where pdflatex runs and finds every package that documents load."""
    if shutil.which("pdflatex") is None or shutil.which("kpsewhich") is None:
        return False
    found = subprocess.run(["kpsewhich", *FILES], capture_output=True, text=True, check=False)
    return len(found.stdout.split()) == len(FILES)


def run(command):
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip() or "no output").splitlines()[-1]
        print(f"tex: {' '.join(command[:1] + command[7:])} failed: {last}", flush=True)
    return done.returncode == 0


def main():
    if works():
        return
    by_hand = "apt-get install --no-install-recommends " + " ".join(PACKAGES)
    absent = "tex: LaTeX and the HTML report can be written all the same; only the PDF needs it"
    if shutil.which("apt-get") is None:
        print(f"tex: pdflatex is not here, nor apt-get to install it.\n{absent}")
    elif os.geteuid() != 0:
        print(f"tex: pdflatex is not here; for the report as PDF run:\n  sudo {by_hand}\n{absent}")
    else:
        print("tex: installing pdflatex with apt", flush=True)
        # an update that fails may still leave usable package lists
        run([*APT, "update"])
        installed = run([*APT, "install", "--yes", "--no-install-recommends", *PACKAGES])
        if not (installed and works()):
            print(f"tex: could not install it; once the network is there run:\n  {by_hand}\n{absent}")


if __name__ == "__main__":
    sys.exit(main())
