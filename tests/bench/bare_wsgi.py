"""The bare limit as a WSGI application, for a server."""

from tests.bench.bare import create_app

app = create_app()
