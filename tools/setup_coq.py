"""See that Rocq/Coq and MathComp are there; install them with apt when root, else say the command.

Never fails: without them everything but the formal evidence still works, and that is then reported as
"not checked here".
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PACKAGES = [
    "coq",
    "libcoq-mathcomp-algebra",
    "libcoq-mathcomp-algebra-tactics",
    "libcoq-mathcomp-real-closed",
]
PROGRAMS = ["coqc", "coqchk", "coqdep", "coq_makefile"]
LIBRARIES = [
    "mathcomp/algebra/all_algebra.vo",
    "mathcomp/algebra_tactics/ring.vo",
    "mathcomp/real_closed/complex.vo",
]
PROBE = "From mathcomp Require Import all_ssreflect all_algebra ring complex.\n"
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
    """True where the programs exist and the libraries the theories import can be loaded."""
    if any(shutil.which(program) is None for program in PROGRAMS):
        return False
    where = subprocess.run(["coqc", "-where"], capture_output=True, text=True, check=False).stdout.strip()
    if where and all((Path(where) / "user-contrib" / name).exists() for name in LIBRARIES):
        return True
    # another layout (opam, nix, COQPATH): ask Coq itself
    with tempfile.TemporaryDirectory() as scratch:
        (Path(scratch) / "probe.v").write_text(PROBE)
        return (
            subprocess.run(["coqc", "probe.v"], cwd=scratch, capture_output=True, check=False).returncode == 0
        )


def run(command):
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip() or "no output").splitlines()[-1]
        print(f"coq: {' '.join(command[:1] + command[7:])} failed: {last}", flush=True)
    return done.returncode == 0


def main():
    if works():
        return
    by_hand = "apt-get install --no-install-recommends " + " ".join(PACKAGES)
    absent = "coq: the formal evidence will read 'not checked here'"
    if shutil.which("apt-get") is None:
        print(f"coq: Rocq/Coq with MathComp is not here, nor apt-get to install it.\n{absent}")
    elif os.geteuid() != 0:
        print(
            f"coq: Rocq/Coq with MathComp is not here; to have the theorems checked run:\n  sudo {by_hand}\n{absent}"
        )
    else:
        print("coq: installing Rocq/Coq and MathComp with apt", flush=True)
        # an update that fails may still leave usable package lists
        run([*APT, "update"])
        installed = run([*APT, "install", "--yes", "--no-install-recommends", *PACKAGES])
        if not (installed and works()):
            print(f"coq: could not install them; once the network is there run:\n  {by_hand}\n{absent}")


if __name__ == "__main__":
    sys.exit(main())
