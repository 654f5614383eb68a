# Two commands do all the set-up: `make demo` shows the portal, `make test` tests it.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
CHROMIUM ?= /usr/bin/chromium
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: help setup demo test faults bench lint messages requirements clean
help:
	@echo "make demo   set up, load the demo, serve http://127.0.0.1:$(PORT)"
	@echo "make test   every test: SQLite, PostgreSQL, Chromium"
	@echo "make faults kills the server while it publishes, on SQLite and PostgreSQL; half an hour"
	@echo "make bench  measures speed and memory, as ratios in one run; half an hour"
	@echo "make setup  only the virtual environment"

# A stamp for each list of requirements: the second time costs nothing.
$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }

.venv/.installed: requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt
	@touch $@

.venv/.installed-test: requirements-test.txt .venv/.installed
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-test.txt
	@touch $@

setup: .venv/.installed

demo: setup
	PORTAL_DEBUG=1 $(BIN)/python manage.py migrate --verbosity 0
	PORTAL_DEBUG=1 $(BIN)/python manage.py load_demo
	@echo "http://127.0.0.1:$(PORT)/  ·  http://127.0.0.1:$(PORT)/admin/"
	PORTAL_DEBUG=1 $(BIN)/python manage.py runserver --noreload 127.0.0.1:$(PORT)

# Chromium and a Chinese font: root installs them, others are told the command.
browser:
	@if [ ! -x $(CHROMIUM) ] || ! fc-list :lang=zh 2>/dev/null | grep -q .; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk fontconfig >/dev/null; \
	  else \
	    echo "The browser tests need Chromium and a Chinese font: sudo apt-get install chromium fonts-noto-cjk"; exit 1; \
	  fi; \
	fi
.PHONY: browser

lint: .venv/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --check --lint --quiet templates

# Images of Docker often forbid bytecode: every process of the tests would compile every module anew.
test: export PYTHONDONTWRITEBYTECODE =
test: .venv/.installed-test browser lint
	$(BIN)/python -m pytest -n 2 --dist loadgroup
	$(BIN)/python -m pytest -n 2 --dist loadgroup --postgresql -m "not browser and not gate"

# Not part of `test`: 150 kills on each database, after each a new server and a reader at every door.
faults: .venv/.installed-test
	$(BIN)/python -m tests.faults

bench: .venv/.installed-test
	$(BIN)/python -m benchmarks

# Translations: collect what the sources say, then compile what the translators wrote.
messages: .venv/.installed-test
	PORTAL_DEBUG=1 $(BIN)/python manage.py makemessages --all --no-location --ignore=.venv --ignore=tests
	$(BIN)/pybabel compile --directory locale --domain "django djangojs" --statistics

# Pins with hashes and without index addresses; needs uv.
requirements:
	uv pip compile pyproject.toml --universal --python-version 3.11 --extra postgresql --extra redis --generate-hashes \
	  --no-emit-index-url --no-header --quiet --output-file requirements.txt
	uv pip compile pyproject.toml --universal --python-version 3.11 --extra test --constraint requirements.txt --generate-hashes \
	  --no-emit-index-url --no-header --quiet --output-file requirements-test.txt

clean:
	rm -rf .venv var static.collected
