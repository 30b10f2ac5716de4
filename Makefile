# `make help` lists what there is. Every path is relative, so that a clone may lie anywhere.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help install demo test lint fuzz zuverlaessigkeit namensraeume bench bilder openapi lock clean

export PIP_DISABLE_PIP_VERSION_CHECK = 1
export PYTHONUTF8 = 1
UV_VERSION := 0.13.9

# A virtual environment holds absolute paths: one that was moved or copied is made anew.
ifneq ($(shell cat .venv/.ort 2>/dev/null),$(CURDIR))
  VENV_NEU := neu
endif

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' Makefile

install: .venv/.projekt build/fonts/NotoSans-Bold.ttf ## set up everything in the project folder

demo: install ## run everything with demo towns on http://127.0.0.1:8000
	@exec .venv/bin/amt demo

test: install ## run every test
	.venv/bin/pytest -n auto

lint: install ## static checks
	.venv/bin/ruff check app xoev migrations tests
	.venv/bin/ruff format --check app xoev migrations tests
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/hadolint Dockerfile

fuzz: install ## 10^6 damaged inputs for the intake of JSON and of XML, each
	.venv/bin/python -m tests.haerte.fuzz json -runs=1000000
	.venv/bin/python -m tests.haerte.fuzz xml -runs=1000000
	.venv/bin/python -m tests.haerte.fuzz xml-bytes -runs=1000000

zuverlaessigkeit: install ## kill everything at every point (half an hour); writes docs/reliability.md
	AMT_LANG=1 .venv/bin/pytest -n0 tests/zuverlaessigkeit

namensraeume: install ## as root: APIs and workers cut off from each other; writes docs/reliability.md
	.venv/bin/python -m tests.zuverlaessigkeit.namensraeume

bench: install ## measure; prints a table, writes build/bench.json
	.venv/bin/amt bench

bilder: install ## take pictures of the main pages in Chromium; writes docs/bilder
	BILDER=1 .venv/bin/pytest -n0 tests/app/web/test_bilder.py

openapi: install ## write openapi/openapi.json from the code
	.venv/bin/amt openapi

lock: build/uv/bin/uv ## bring the lock files up to date with pyproject.toml
	build/uv/bin/uv pip compile pyproject.toml --extra dev --extra bau --generate-hashes \
		--python-version 3.11 --no-header --quiet -o requirements.lock
	build/uv/bin/uv pip compile pyproject.toml --extra bau -c requirements.lock --generate-hashes \
		--python-version 3.11 --no-header --quiet -o requirements-runtime.lock
	echo saxonche | build/uv/bin/uv pip compile - -c requirements.lock --generate-hashes \
		--python-version 3.11 --no-header --no-annotate --quiet -o requirements-xslt2.lock
	npm install --package-lock-only

clean: ## remove what was installed or built; the data in .data stays
	rm -rf .venv node_modules build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

.venv/.ort: $(VENV_NEU)
	@python=; for p in python3.11 python3 python; do \
		if "$$p" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then python=$$p; break; fi; \
	done; \
	if [ -z "$$python" ]; then echo 'Python 3.11 is needed: https://www.python.org/downloads/' >&2; exit 1; fi; \
	"$$python" -m venv --clear .venv || { echo 'On Debian the package python3-venv is needed.' >&2; exit 1; }
	@printf '%s' '$(CURDIR)' > .venv/.ort

.venv/.pakete: requirements.lock .venv/.ort
	.venv/bin/pip install --quiet --require-hashes -r requirements.lock
	@touch $@

.venv/.projekt: pyproject.toml .venv/.pakete
	.venv/bin/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

node_modules/.stempel: package.json package-lock.json .npmrc
	@command -v npm >/dev/null || { echo 'Node 20 with npm is needed: https://nodejs.org/' >&2; exit 1; }
	npm ci --cache build/npm --no-progress --loglevel=error
	@touch $@

build/fonts/NotoSans-Bold.ttf: node_modules/.stempel .venv/.projekt app/satz/schriften.py
	.venv/bin/python -m app.satz.schriften
	@touch $@

build/uv/bin/uv: .venv/.ort
	.venv/bin/python -m venv build/uv
	build/uv/bin/pip install --quiet uv==$(UV_VERSION)

.PHONY: $(VENV_NEU)
