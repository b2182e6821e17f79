from django.db import connection
from django.db.backends.utils import CursorWrapper

import statements
from document import Parts, Row, document


class NoSession(Exception):
    """The session is unknown or has expired."""


class NoRecipe(Exception):
    """The user may see no recipe."""


def recipe_for(session_key: str) -> dict:
    """Eight statements, one after another; Django sends SET TIME ZONE before them when it connects."""
    with connection.cursor() as cursor:
        sessions = rows(cursor, statements.SESSION, {"session_key": session_key})
        if not sessions:
            raise NoSession
        recipes = rows(cursor, statements.RECIPE, {"user_id": sessions[0]["user_id"]})
        if not recipes:
            raise NoRecipe
        ids = {"recipe_ids": [recipes[0]["id"]]}
        return document(
            recipes[0],
            Parts(
                ingredients=rows(cursor, statements.INGREDIENTS, ids),
                steps=rows(cursor, statements.STEPS, ids),
                sections=rows(cursor, statements.SECTIONS, ids),
                notes=rows(cursor, statements.NOTES, ids),
                reactions=rows(cursor, statements.REACTIONS, ids),
                events=rows(cursor, statements.EVENTS, ids),
            ),
        )


def rows(cursor: CursorWrapper, statement: str, parameters: dict) -> list[Row]:
    cursor.execute(statement, parameters)
    names = [column.name for column in cursor.description]
    return [dict(zip(names, values)) for values in cursor.fetchall()]
