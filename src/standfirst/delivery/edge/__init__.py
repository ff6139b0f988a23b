"""The WSGI application in front of Django."""
