"""GET /api/v1/recipes with Starlette and asyncpg: two statements, and nothing else sent to the database."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from queries import NoRecipe, NoSession, recipe_for


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    size = int(os.environ.get("PITWALL_POOL", "10"))
    async with asyncpg.create_pool(
        min_size=size, max_size=size, reset=leave_as_it_is, server_settings={"timezone": "UTC"}
    ) as pool:
        app.state.pool = pool
        yield


async def leave_as_it_is(connection: asyncpg.Connection) -> None:
    """No request opens a transaction, takes a lock, listens or sets anything: there is nothing to reset."""


async def recipes(request: Request) -> Response:
    session_key = request.cookies.get("sessionid")
    if not session_key:
        return json_response({"error": "a valid session is needed"}, 401)
    # Only the database's work is done on the connection: the answer is written after it is given back.
    async with request.app.state.pool.acquire() as connection:
        try:
            answer, status = await recipe_for(connection, session_key), 200
        except NoSession:
            answer, status = {"error": "a valid session is needed"}, 401
        except NoRecipe:
            answer, status = {"error": "there is no recipe to see"}, 404
    return json_response(answer, status)


def json_response(content: object, status: int = 200) -> Response:
    body = orjson.dumps(content, option=orjson.OPT_UTC_Z)
    return Response(body, status, media_type="application/json")


app = Starlette(routes=[Route("/api/v1/recipes", recipes)], lifespan=lifespan)
