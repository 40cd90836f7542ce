# One command each: `make verify` decides the claims, `make test` passes the tests. Both set up .venv first.
# Needs python3 >= 3.11, pip and make; PYTHON=python3.12 chooses another interpreter.
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help setup everything coq tex browser verify test prove audit statements lint bench soundness report snapshot quality lock notebooks docs clean

help: ## say what there is
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/make \1\t\2/p' Makefile | expand -t 18

setup: ## build .venv from requirements.lock (quick when nothing changed)
	@$(PYTHON) tools/setup_venv.py

everything: ## setup, and what tests, documentation and quality checks need
	@$(PYTHON) tools/setup_venv.py --all

coq: ## install Rocq/Coq and MathComp where they are missing (Debian, as root), or say how
	@$(PYTHON) tools/setup_coq.py

tex: ## install pdflatex where it is missing (Debian, as root), or say how
	@$(PYTHON) tools/setup_tex.py

browser: ## install Chromium where it is missing (Debian, as root), or say how
	@$(PYTHON) tools/setup_browser.py

verify: setup coq ## decide every claim of the ledger, with evidence
	@$(BIN)/symlam verify

test: everything coq tex browser ## build the proofs, then run all tests
	@$(BIN)/python tools/run_tests.py

prove: setup coq ## build the theorems and let the kernel check the gate
	@$(BIN)/symlam prove

audit: setup coq ## everything `prove --audit` does, and coqchk on every module, MathComp included
	@$(BIN)/symlam prove --audit --full

statements: setup ## record the statements and definitions that the audit compares with
	@$(BIN)/python tools/record_statements.py

lint: setup ## style of the Python sources
	@$(BIN)/ruff check symlam tests tools benchmarks && $(BIN)/ruff format --check symlam tests tools benchmarks

bench: everything ## run benchmarks/*.py, which print their figures
	@set -e; for file in benchmarks/*.py; do [ -e "$$file" ] || { echo "no benchmarks here"; break; }; \
	  echo "== $$file"; $(BIN)/python "$$file"; done

soundness: everything ## 10,000 true derivation steps and 10,000 mutants through `symlam check` (minutes)
	@$(BIN)/python -m tests.check.soundness --count 10000

report: everything coq tex ## the whole ledger with its evidence: build/report.html and build/report.pdf
	@mkdir -p build
	@$(BIN)/symlam report -o build/report.html
	@if command -v pdflatex >/dev/null; then $(BIN)/symlam report -o build/report.pdf; \
	  else echo "no build/report.pdf without pdflatex: make tex"; fi

snapshot: setup ## after a deliberate change of the mathematics: record what is derived in symlam-snapshot.json
	@$(BIN)/symlam snapshot examples/*.tex

quality: everything ## two SymPy versions, two Hypothesis profiles, coverage, types, mutants (hours; STEP=types for one)
	@$(BIN)/python tools/quality.py $(STEP)

lock: ## rewrite requirements*.lock from pyproject.toml, with hashes
	@$(PYTHON) tools/lock.py

notebooks: everything ## execute notebooks/*.py and store them with their outputs
	@$(BIN)/python tools/build_notebooks.py

docs: everything coq ## the documentation site in build/site, proofs included
	@$(BIN)/python tools/build_site.py

clean: ## remove what was built (.venv, build/, compiled proofs)
	@rm -rf .venv build dist .pytest_cache .hypothesis .ruff_cache .mypy_cache .import_linter_cache .benchmarks
	@find symlam tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
	@$(MAKE) --no-print-directory -s -C proofs clean 2>/dev/null || true
