"""/write/: the desk of an author, and the page of a review."""
