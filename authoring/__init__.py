"""The author's whole job: whose course it is, starting and copying one, what is missing, what readers report."""
