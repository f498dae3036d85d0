"""A demo organisation, and many more people for benchmarks. Never part of a real installation."""

from bothways.operations.demo.making import NoCourse, continue_demo, make_demo, waiting_history

__all__ = ["NoCourse", "continue_demo", "make_demo", "waiting_history"]
