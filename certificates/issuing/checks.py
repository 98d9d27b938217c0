"""What `flask lms check` asks of this room."""

from __future__ import annotations


def press() -> list[str]:
    """Ask for the libraries that certificates are drawn with."""
    try:
        import weasyprint  # noqa: F401, PLC0415 - looks for Pango when it is loaded
    except OSError:
        install = "sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
        return [f"Pango is missing, so no certificate can be drawn. On Debian or Ubuntu run: {install}"]
    return []
