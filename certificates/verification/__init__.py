"""The public check of a certificate, by code or by file."""
