"""The project's own fault injection: clients that save answers, faults in the midst of it, and a checker.

    .venv/bin/python -m tools.load                                        2,000 answers on SQLite, no fault
    .venv/bin/python -m tools.load --postgres --fault kill-web,freeze     … on PostgreSQL, under two faults
    .venv/bin/python -m tools.load --list                                 what can be done to it

history.py    what the clients did, one JSON line per event: invoke, ok, fail, info, seen
browser.py    a person with a browser: reads pages and forms (pages.py), sends as outbox.js does
people.py     what such people do, until so many answers are acknowledged; a direct mode for throughput
faults.py     the nemeses, counted by acknowledged answers and never by the clock
rows.py       the rows, by plain SQL, from a running database or a copy of one
checker.py    history against rows, in a process of its own (`python -m tools.load.checker`)
"""

import ssl

NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # plain http: no certificates need loading for every client
CSRF = "c" * 32  # any secret will do: the cookie and the form agree
