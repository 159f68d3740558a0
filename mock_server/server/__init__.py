"""Run the app with uvicorn: on a thread, for tests, or until a signal, for the command."""

from mock_server.server.mock_server import MockServer
from mock_server.server.uvicorn_server import AddressInUse, UvicornServer, listen, url_of

__all__ = ["AddressInUse", "MockServer", "UvicornServer", "listen", "url_of"]
