"""Stands for coqc, coqchk, coq_makefile and make: says what a test tells it to, and keeps what it was asked.

Called as ``fake_coq.py PROGRAM ARGUMENTS...``; ``FAKE_COQ`` names a directory with ``says.json`` in it. A source
"compiles" to a file that holds the hash of its text unless ``fails`` names it; the kernel "refuses" and "assumes" what is
named there.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from pathlib import Path

SUMMARY = """checked
CONTEXT SUMMARY
===============

* Theory: Set is predicative

* Axioms: {axioms}

* Constants/Inductives relying on type-in-type: <none>

* Constants/Inductives relying on unsafe (co)fixpoints: <none>

* Inductives whose positivity is assumed: <none>
"""


def coqc(says: dict, arguments: list[str]) -> int:
    if arguments in (["--print-version"], ["-where"]):
        print("8.16.1 4.14.0" if arguments[0] == "--print-version" else " /fake/lib ")
        return 0
    text = Path(arguments[-1]).read_text(encoding="utf-8")
    (Path(os.environ["FAKE_COQ"]) / "gate.v").write_text(text, encoding="utf-8")
    if says.get("broken"):
        print("Fatal\n error.")
        return 2
    owners: dict[str, str] = {}
    for line, sentence in enumerate(text.splitlines(), 1):
        if match := re.match(r"Definition (symlam_gate_\d+) : (\S+) := @(\S+)\.$", sentence):
            owners[match[1]] = match[3]
            if match[3] in says.get("refuses", []):
                print(
                    f'File "./audit_gate.v", line {line}, characters 2-3:\nError:\nThe term "{match[3]}" is wrong.'
                )
                return 1
        elif match := re.match(r'Redirect "(\w+)" (About|Print Assumptions) (\S+)\.$', sentence):
            if match[2] == "About":
                means = says.get("means", {}).get(match[3], f"Small.{says['home'][match[3]]}.{match[3]}")
                told = f"{match[3]} : a ≡ b\n{match[3]} is opaque\nExpands to: Constant {means}"
            else:
                names = owners.values() if match[3] == "symlam_gate_all" else [owners[match[3]]]
                bad = [name for name in names if name in says.get("assumes", [])]
                told = "Axioms:\ncheat : False" if bad else "Closed under the global context"
            Path(f"{match[1]}.out").write_text(told + "\n", encoding="utf-8")
    return 0


def make(says: dict, arguments: list[str]) -> int:
    words = Path("_CoqProject").read_text().split()
    for file in [word for word in words if word.endswith(".v")]:
        target = Path(file).with_suffix(".vo")
        if file in says.get("fails", {}):
            print(
                f'File "./{file}", line 3, characters 0-5:\nError: {says["fails"][file]}\n\nmake: *** Error 1'
            )
        elif not target.exists():
            target.write_text(hashlib.sha256(Path(file).read_bytes()).hexdigest())
            print(f"COQC {file}")
    return 0


def main() -> int:
    program, *arguments = sys.argv[1:]
    place = Path(os.environ["FAKE_COQ"])
    says = json.loads((place / "says.json").read_text())
    with (place / "asked").open("a") as log:
        log.write(json.dumps([program, *arguments]) + "\n")
    if program == "coqc":
        return coqc(says, arguments)
    if program == "make":
        return make(says, arguments)
    if program == "coqchk":
        print(says.get("coqchk", SUMMARY.format(axioms=says.get("axioms", "<none>"))))
        return says.get("coqchk code", 0)
    Path("Makefile.coq").write_text("all:\n")
    if says.get("no makefile"):
        print("Unknown option.\nUsage:")
    return 1 if says.get("no makefile") else 0


if __name__ == "__main__":
    sys.exit(main())
