"""Django's PostgreSQL, with an end to waiting: see base.py and docs/decisions/0019."""
