"""A demo organisation, and many more people for benchmarks. Never part of a real installation."""

from bothways.demo.making import NoCourse, make_demo

__all__ = ["NoCourse", "make_demo"]
