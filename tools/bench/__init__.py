"""The parts of tools/bench.py: measuring, what is asked from inside, the floor."""
