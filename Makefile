# The two commands of the README: make chat, make test. The rest is for those who work on the program.
# Everything is installed into .venv, once: what runs for make chat, what tests besides for make test. A changed
# pyproject.toml, constraints.txt or lock installs again.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys, venv, ensurepip; raise SystemExit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null \
	&& echo $$p && break; done)
VENV ?= .venv
SEEDS ?= seeds
PORT ?= 7860
RUN ?= training-run
MINUTES ?= 30
BIN := $(VENV)/bin
READY := $(VENV)/.ready
TOOLS := $(VENV)/.tools
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all:
BENCH_VENV ?= .venv-bench
BENCH_BIN := $(BENCH_VENV)/bin
BENCH_READY := $(BENCH_VENV)/.ready

.PHONY: chat test soak fuzz check index lock bench train ablate browser clean

chat: $(READY)
	$(BIN)/qa chat --seeds "$(SEEDS)" --port $(PORT)

index: $(READY)
	$(BIN)/qa index --seeds "$(SEEDS)"

test: $(TOOLS) browser
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

# What takes too long for each change: 100,000 quotes, 10,000 questions to a server, all hostile files. An hour.
soak: $(TOOLS)
	SEEDS_QUOTES=100000 SEEDS_QUESTIONS=10000 SEEDS_SECONDS=60 SOAK=1 $(BIN)/python -m pytest -s \
	tests/test_quotes.py tests/test_soak.py tests/test_hostile_corpus.py

check: $(TOOLS)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest tests/test_imports.py tests/test_docs.py

# The hashes of every file of the versions in constraints.txt, for all platforms; uv (pip install uv) asks the index for them.
# The second file holds what the first one lacks, and what that has for some platforms alone.
LOCK := uv pip compile pyproject.toml --group build --constraint constraints.txt --universal --python-version 3.11 \
	--generate-hashes --only-binary :all: --no-emit-package torch --no-emit-package httpx2-jsfetch \
	--no-annotate --custom-compile-command "make lock" --quiet
lock:
	$(LOCK) --output-file requirements.lock
	$(LOCK) --extra dev --output-file requirements-dev.lock \
	$$(sed -n 's/^\([^ =]*\)==[^ ]* \\$$/--no-emit-package \1/p' requirements.lock)

# Damaged files for half an hour each format, on what is kept.
fuzz: $(TOOLS)
	PYTHONPATH=. $(BIN)/python tests/fuzz.py --minutes $(MINUTES)

# In an environment of its own: what the product is compared with is not installed beside it.
bench: $(BENCH_READY)
	$(BENCH_BIN)/python -m benchmarks.peers
	$(BENCH_BIN)/python -m benchmarks.calibrate
	$(BENCH_BIN)/python -m benchmarks.answers
	$(BENCH_BIN)/python -m benchmarks.reading

# The reader, from the data in $QA_DATA to the files with their model card; begun again, it goes on where it stopped.
# Two trainings on examples made by rule, and from the mean of their weights two more on what people wrote.
train: $(READY)
	[ -e "$(RUN)/first/data/held-out.jsonl" ] || $(BIN)/python -m training --folder "$(RUN)/first" data
	$(BIN)/python -m training --folder "$(RUN)/first" train --batch 16 --steps 3600
	[ -e "$(RUN)/second/data/held-out.jsonl" ] || $(BIN)/python -m training --folder "$(RUN)/second" --seed 2 data --other-words
	$(BIN)/python -m training --folder "$(RUN)/second" --seed 2 train --start "$(RUN)/first" --batch 16 --steps 3600 --cool 0.5
	[ -e "$(RUN)/second/reader/README.md" ] || $(BIN)/python -m training --folder "$(RUN)/second" export --average "$(RUN)/first"
	[ -e "$(RUN)/third/data/held-out.jsonl" ] || $(BIN)/python -m training --folder "$(RUN)/third" --seed 3 data --written
	$(BIN)/python -m training --folder "$(RUN)/third" --seed 3 train --start "$(RUN)/second/reader" --ranking 0.5 --steps 2000 --rate 8e-5 --cool 0.5
	[ -e "$(RUN)/data/held-out.jsonl" ] || $(BIN)/python -m training --folder "$(RUN)" --seed 4 data --written
	$(BIN)/python -m training --folder "$(RUN)" --seed 4 train --start "$(RUN)/third" --ranking 0.5 --steps 2200 --rate 8e-5 --cool 0.5
	$(BIN)/python -m training --folder "$(RUN)" export --average "$(RUN)/third"

# What each kind of negative brings, in short runs: hours, and it goes on where it stopped. Then `make train` again: the
# table goes into the model card.
ablate: $(READY)
	[ -e "$(RUN)/data/held-out.jsonl" ] || $(BIN)/python -m training --folder "$(RUN)" --seed 4 data --written
	$(BIN)/python -m training --folder "$(RUN)" ablate

# Chromium for the browser tests: used where it is, installed where apt and the rights are there, else those tests skip.
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
	|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq \
	&& DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-liberation >/dev/null; } \
	|| echo "no Chromium here and none can be installed: the browser tests are skipped (with CI=true they fail)"

# Wheels with the hashes of requirements.lock; then torch, whose builds differ: docs/install.md says why it has no hash.
$(READY): pyproject.toml constraints.txt requirements.lock
	@[ -n "$(PYTHON)" ] || { echo "Python 3.11, 3.12 or 3.13 with venv is needed (Debian: apt install python3-venv)."; exit 1; }
	@echo "Installing into $(VENV), once: about two minutes and 2 GB."
	$(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes --no-deps --requirement requirements.lock
	PIP_CONSTRAINT=constraints.txt $(PIP) torch
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

# What tests and checks besides.
$(TOOLS): $(READY) requirements-dev.lock
	@echo "Installing what the tests need into $(VENV), once: about a minute and 0.6 GB."
	$(PIP) --require-hashes --no-deps --requirement requirements-dev.lock
	@touch $@

$(BENCH_READY): pyproject.toml constraints.txt benchmarks/constraints-peers.txt
	@[ -n "$(PYTHON)" ] || { echo "Python 3.11, 3.12 or 3.13 with venv is needed (Debian: apt install python3-venv)."; exit 1; }
	@echo "Installing into $(BENCH_VENV), once: about three minutes and 2 GB."
	$(PYTHON) -m venv $(BENCH_VENV)
	PIP_CONSTRAINT="constraints.txt benchmarks/constraints-peers.txt" \
	$(BENCH_BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[peers,plot]"
	@touch $@

clean:
	rm -rf $(VENV) $(BENCH_VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
