"""The mocked API: FastAPI routes, one module a resource."""
