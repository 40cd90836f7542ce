"""Programs from Debian's packages: installed with apt when root, else the one command is said. Never fails."""

import os
import shutil
import subprocess

APT = [
    "apt-get",
    "-o",
    "Acquire::Retries=1",
    "-o",
    "Acquire::http::Timeout=60",
    "-o",
    "DPkg::Lock::Timeout=120",
]


def _run(label, command):
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip() or "no output").splitlines()[-1]
        print(f"{label}: {' '.join(command[:1] + command[len(APT) :])} failed: {last}", flush=True)
    return done.returncode == 0


def ensure(label, program, packages, works, absent, purpose=""):
    """See that `works()` holds; `absent` says what is done without the program, `purpose` what for it is asked."""
    if works():
        return
    by_hand = "apt-get install --no-install-recommends " + " ".join(packages)
    if shutil.which("apt-get") is None:
        print(f"{label}: {program} is not here, nor apt-get to install it.\n{label}: {absent}")
    elif os.geteuid() != 0:
        print(f"{label}: {program} is not here; {purpose}run:\n  sudo {by_hand}\n{label}: {absent}")
    else:
        print(f"{label}: installing {program} with apt", flush=True)
        # an update that fails may still leave usable package lists
        _run(label, [*APT, "update"])
        installed = _run(label, [*APT, "install", "--yes", "--no-install-recommends", *packages])
        if not (installed and works()):
            print(
                f"{label}: could not install it; once the network is there run:\n  {by_hand}\n{label}: {absent}"
            )
