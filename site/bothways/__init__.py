"""The whole site: what composes the other packages."""

__version__ = "0.2.0"
