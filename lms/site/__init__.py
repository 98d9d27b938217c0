"""The standalone site: a host like any other, with sign-in of its own."""
