"""Certificate designs: a folder each, and the pure way from facts to the bytes of a PDF. No database, no request."""
