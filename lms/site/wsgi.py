"""The site as a WSGI application, for a server: `granian --interface wsgi lms.site.wsgi:app`."""

from lms.site.app import create_app

app = create_app()
