"""In which order courses stand wherever they are listed: T2 before T10."""


def code_order(code: str) -> tuple[str, int, str]:
    """Sorts codes: by their letters, then by their number."""
    return code.rstrip("0123456789"), len(code), code
