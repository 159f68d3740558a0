"""The least that FastAPI can be: how fast a server in this stack can start at all."""

from __future__ import annotations

from fastapi import FastAPI

app = FastAPI()


@app.get("/")
async def hello() -> dict[str, str]:
    """Answer something."""
    return {"hello": "world"}
