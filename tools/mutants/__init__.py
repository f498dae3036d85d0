"""make mutants: which small faults in rules, actions, queries and gates the tests notice."""
