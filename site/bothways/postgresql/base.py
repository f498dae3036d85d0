"""Django's backend for PostgreSQL, whose connections wait no longer than OPTIONS["patience"] says.

Nothing of it is a setting of the server's session, so it is the same through a pooler.
"""

from typing import Any

import psycopg
from django.db.backends.postgresql import base
from django.db.backends.postgresql.psycopg_any import IsolationLevel

from bothways.postgresql.waiting import COMMANDS, Patience, Silent, TooLong, forget, server, watched

CANCEL_SECONDS = 1.0


class Connection(psycopg.Connection[Any]):
    """A connection that is closed, by us and without a word to the server, when waiting has become useless."""

    patience: Patience = COMMANDS
    # False while the question is whether this very connection still leads anywhere.
    asks_elsewhere = True

    def wait(self, gen: Any, *args: Any, **options: Any) -> Any:
        server.refuse_if_silent()
        self._asked_at = 0.0
        try:
            return super().wait(watched(gen, self._look), *args, **options)
        except (Silent, TooLong):
            self.pgconn.finish()
            raise

    def _look(self, quiet: float, whole: float) -> None:
        """Raises: Silent, TooLong"""
        if self.patience.longest and whole > self.patience.longest:
            self._try_cancel(timeout=CANCEL_SECONDS)  # else the server would work on for nobody
            raise TooLong(
                f"A statement took longer than {self.patience.longest:.0f} seconds and was cancelled."
            )
        if quiet < self._asked_at:  # something came meanwhile, and this is another silence
            self._asked_at = 0.0
        if quiet - self._asked_at > self.patience.quiet:
            self._asked_at = quiet
            if not self.asks_elsewhere:
                raise Silent("This connection leads nowhere any more.")
            server.ask()


class DatabaseWrapper(base.DatabaseWrapper):
    def get_connection_params(self) -> dict[str, Any]:
        parameters: dict[str, Any] = super().get_connection_params()
        self.patience: Patience = parameters.pop("patience", COMMANDS)
        return parameters

    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection:
        """As Django's, but for its pool, which has a connection class of its own.

        Raises: Silent at once while the server is known to be silent
        """
        self.isolation_level = IsolationLevel.READ_COMMITTED
        server.parameters = conn_params
        server.refuse_if_silent()
        try:
            connection = Connection.connect(**conn_params)
        except psycopg.OperationalError as error:
            error.nothing_sent = True  # type: ignore[attr-defined] # asked by bothways.outage
            if isinstance(error, psycopg.errors.ConnectionTimeout):
                server.is_silent()
                forget(error)
            raise
        connection.patience = self.patience
        return connection

    def is_usable(self) -> bool:
        """A connection from which nothing comes is not usable, though the server may answer others (a firewall)."""
        if self.connection is None:
            return False
        self.connection.asks_elsewhere = False
        try:
            return bool(super().is_usable())
        finally:
            self.connection.asks_elsewhere = True
