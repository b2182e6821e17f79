from asyncpg import Connection

import statements
from document import Parts, document


class NoSession(Exception):
    """The session is unknown or has expired."""


class NoRecipe(Exception):
    """The user may see no recipe."""


async def recipe_for(connection: Connection, session_key: str) -> dict:
    """Nine statements, one after another, on one connection."""
    await connection.execute(statements.SET_TIME_ZONE)
    user_id = await connection.fetchval(statements.SESSION, session_key)
    if user_id is None:
        raise NoSession
    recipe = await connection.fetchrow(statements.RECIPE, user_id)
    if recipe is None:
        raise NoRecipe
    ids = [recipe["id"]]
    return document(
        recipe,
        Parts(
            ingredients=await connection.fetch(statements.INGREDIENTS, ids),
            steps=await connection.fetch(statements.STEPS, ids),
            sections=await connection.fetch(statements.SECTIONS, ids),
            notes=await connection.fetch(statements.NOTES, ids),
            reactions=await connection.fetch(statements.REACTIONS, ids),
            events=await connection.fetch(statements.EVENTS, ids),
        ),
    )
