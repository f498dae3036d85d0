# Two commands are enough: `make run` to look at it, `make test` to change it.
PYTHON ?= python3
START = @$(PYTHON) tools/start.py

.PHONY: run serve upgrade test soak mutants check fix bench lock

run:     ## a demo at http://127.0.0.1:8000/
	$(START) run

serve:   ## the real thing: asks for your organisation and its first administrator
	$(START) serve

upgrade: ## the newest version: backs up, then changes what has to change; restart afterwards
	$(START) upgrade

test:    ## the whole suite; ARGS="tests/courses -k quiz" for a part of it
	$(START) test $(ARGS)

soak:    ## endurance: the tests that have more rounds to run, with SOAK of them (20)
	@SOAK=$${SOAK:-20} $(PYTHON) tools/start.py test -m soak $(ARGS)

mutants: ## break a line, and see whether a test notices; ARGS="--module courses/rules/completion" for a part
	$(START) tool tools/mutants $(ARGS)

check:   ## everything that needs no running
	$(START) tool tools/check.py

fix:     ## what a machine can tidy
	$(START) tool ruff check --fix --quiet . || true
	$(START) tool ruff format --quiet .
	$(START) tool manage.py snapshot

bench:   ## a table, and var/bench.json
	$(START) tool tools/bench.py $(ARGS)

lock:    ## requirements/*.txt anew from requirements/*.in
	$(START) tool tools/lock.py
