"""A demo organisation. Never part of a real installation."""

from bothways.operations.demo.making import NoCourse, continue_demo, make_demo, waiting_history

__all__ = ["NoCourse", "continue_demo", "make_demo", "waiting_history"]
