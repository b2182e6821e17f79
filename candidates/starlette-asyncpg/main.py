"""GET /api/v1/recipes with Starlette and asyncpg."""

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
    # asyncpg's default pool is 10 connections; where the database is comes from the PG* variables.
    size = int(os.environ.get("PITWALL_POOL", "10"))
    async with asyncpg.create_pool(min_size=size, max_size=size) as pool:
        app.state.pool = pool
        yield


async def recipes(request: Request) -> Response:
    session_key = request.cookies.get("sessionid")
    if not session_key:
        return json_response({"error": "a valid session is needed"}, 401)
    async with request.app.state.pool.acquire() as connection:
        try:
            return json_response(await recipe_for(connection, session_key))
        except NoSession:
            return json_response({"error": "a valid session is needed"}, 401)
        except NoRecipe:
            return json_response({"error": "there is no recipe to see"}, 404)


def json_response(content: object, status: int = 200) -> Response:
    body = orjson.dumps(content, option=orjson.OPT_UTC_Z)
    return Response(body, status, media_type="application/json")


app = Starlette(routes=[Route("/api/v1/recipes", recipes)], lifespan=lifespan)
