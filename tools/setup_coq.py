"""See that Rocq/Coq and MathComp are there; install them with apt when root, else say the command.

Never fails: without them everything but the formal evidence still works, and that is then reported as
"not checked here".
"""

import shutil
import subprocess
import tempfile
from pathlib import Path

from debian import ensure

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


def main():
    ensure(
        "coq",
        "Rocq/Coq with MathComp",
        PACKAGES,
        works,
        "the formal evidence will read 'not checked here'",
        purpose="to have the theorems checked ",
    )


if __name__ == "__main__":
    main()
