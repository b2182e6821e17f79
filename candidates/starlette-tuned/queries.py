from asyncpg import Connection

import statements
from document import document


class NoSession(Exception):
    """The session is unknown or has expired."""


class NoRecipe(Exception):
    """The user may see no recipe."""


async def recipe_for(connection: Connection, session_key: str) -> dict:
    """Two statements, one after the other: the second needs the id that the first drew."""
    recipe = await connection.fetchrow(statements.SESSION_AND_RECIPE, session_key)
    if recipe is None:
        raise NoSession
    if recipe["id"] is None:
        raise NoRecipe
    parts = await connection.fetchrow(statements.PARTS, recipe["id"])
    return document(recipe, parts)
