# make demo    analyse a sample clip and say where the report is
# make serve   open the coach's desk in the browser; SERVE_ARGS="--lan" lets phones in
# make test    run the tests
# make coverage lines and branches that the quick tests reach, with a floor; all of the
#              decision rule's, the judge's, the limits' and the score's
# make lint    style, types and the order of the stages
# make hostile 2,000 inputs made to hurt, each in a child with bounds on time and memory
# make mutants numbers and mechanisms changed one at a time: which would nobody miss? (minutes)
# make bench   accuracy on the labelled clips, and what it costs, into docs/performance.md
# make samples    draw the sample videos again (takes minutes)
# make docs    the site, into build/docs/index.html; its examples are run
# make changes what changes.d/ would say in the next release
# make release build and check dist/, for an upload that stays yours (docs/release.md)
# make accuracy   measure against rendered lifters and write docs/accuracy.md;
#                 ACCURACY_ARGS="--large --first 46" for more than the small set
#
# Everything lives in .venv; PYTHON=python3.12 picks another Python (3.11 or newer).

PYTHON ?= python3
VENV ?= .venv
OUT ?= out/demo
CLIP ?= $(firstword $(wildcard sample_videos/*deadlift*side*.mp4) $(sort $(wildcard sample_videos/*.mp4)))
PYTEST_ARGS ?= --numprocesses auto --maxprocesses 4 --dist loadscope --no-loadscope-reorder
ACCURACY_ARGS ?= --small
SERVE_ARGS ?=
HOSTILE_ARGS ?=
MUTANTS_ARGS ?= --sample 60

# The tests of what decides, without children, kills and the pose engine's long films.
QUICK := tests/signals tests/reps tests/cues
# Lines and branches of the three stages that must be reached, percent; it only rises. 41 of the
# tests' files reach 96.6 already.
COVERAGE_FLOOR ?= 95
# Prerequisites too, so that one which is renamed isn't passed over.
DECIDING := $(addprefix formcheck/cues/judging/,base.py judge.py limits.py score.py)

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: demo serve test coverage lint hostile mutants bench samples accuracy docs changes release constraints clean
.DELETE_ON_ERROR:

demo: $(VENV)/.installed
	@$(BIN)/formcheck analyze "$(CLIP)" --out "$(OUT)" || { $(BIN)/formcheck doctor; exit 1; }
	@echo
	@echo "The report: $(abspath $(OUT))/report.html"
	@echo "The video:  $(abspath $(OUT))/annotated.mp4"
	@echo "Your own film: $(BIN)/formcheck analyze FILM"

serve: $(VENV)/.serving
	$(BIN)/formcheck serve $(SERVE_ARGS)

# A process of tests for each core: threads in each would only get in each other's way.
test: export OMP_NUM_THREADS = 1
test: $(VENV)/.developing
	$(BIN)/python -m pytest $(PYTEST_ARGS)

coverage: $(VENV)/.developing $(DECIDING)
	mkdir -p build
	$(BIN)/coverage run -m pytest -q $(QUICK)
	$(BIN)/coverage report --fail-under=$(COVERAGE_FLOOR) \
	  --include='formcheck/signals/*,formcheck/reps/*,formcheck/cues/*'
	$(BIN)/coverage report --fail-under=100 --include="$$(echo $(DECIDING) | tr ' ' ,)"

lint: $(VENV)/.developing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

hostile: $(VENV)/.developing
	$(BIN)/python -m benchmarks.hostile $(HOSTILE_ARGS)

mutants: $(VENV)/.developing
	$(BIN)/python -m benchmarks.mutants $(MUTANTS_ARGS)

bench: $(VENV)/.developing
	$(BIN)/python -m benchmarks

samples: $(VENV)/.rendering
	@for spec in sample_videos/specs/*.toml; do \
	  $(BIN)/formcheck synth "$$spec" --out "sample_videos/$$(basename "$$spec" .toml).mp4" || exit; \
	done

accuracy: $(VENV)/.rendering
	$(BIN)/python -m benchmarks accuracy $(ACCURACY_ARGS)

docs: $(VENV)/.documenting
	$(BIN)/sphinx-build --quiet -W --keep-going -D plot_gallery=0 -b doctest docs build/doctest
	$(BIN)/sphinx-build --quiet -W --keep-going -b html docs build/docs
	@echo "The site: $(abspath build/docs)/index.html"

changes: $(VENV)/.developing
	$(BIN)/towncrier build --draft --version next

release: $(VENV)/.developing
	@test -z "$(wildcard changes.d/*.*.md)" || \
	  { echo "changes wait in changes.d/: docs/release.md says how they come in" >&2; exit 1; }
	$(BIN)/python -m pytest tests/test_release.py tests/test_project_files.py
	rm -rf dist
	$(BIN)/python -m build --no-isolation --outdir dist
	$(BIN)/check-wheel-contents dist
	$(BIN)/twine check --strict dist/*

# Writes constraints.txt anew from the newest versions that pyproject.toml allows.
constraints:
	rm -rf build/constraints
	$(PYTHON) -m venv build/constraints
	build/constraints/bin/python -m pip install --quiet --upgrade pip
	build/constraints/bin/python -m pip install --quiet --editable . --group dev
	@{ echo "# The versions that the tests ran with. make installs these; regenerate with: make constraints"; \
	  build/constraints/bin/python -m pip freeze --all | grep -E '^[A-Za-z0-9._-]+==' \
	  | grep -v '^setuptools==' | LC_ALL=C sort -f; } > constraints.txt

clean:
	rm -rf $(VENV) build dist out docs/gallery_shown .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "formcheck needs Python 3.11 or newer; try: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' || \
	  { echo "Python's venv is incomplete; on Debian: sudo apt-get install -y python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing formcheck and its libraries into $(VENV): some minutes, once."
	$(PIP) install --quiet --constraint constraints.txt --upgrade pip
	$(PIP) install --quiet --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.serving: $(VENV)/.installed
	$(PIP) install --quiet --constraint constraints.txt --editable ".[serve]"
	@touch $@

# --group, for the developers' tools, needs the newer pip that .installed brought.
$(VENV)/.developing: $(VENV)/.installed
	$(PIP) install --quiet --constraint constraints.txt --group dev
	@touch $@

$(VENV)/.documenting: $(VENV)/.installed
	$(PIP) install --quiet --constraint constraints.txt --group docs
	@touch $@

# The renderer's own needs are large (torch), so only those who draw install them.
$(VENV)/.rendering: $(VENV)/.developing
	$(PIP) install --quiet --constraint constraints.txt --editable ".[synth]"
	@touch $@
