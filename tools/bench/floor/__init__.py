"""The floor of every figure: a bare Django view."""
