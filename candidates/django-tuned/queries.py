from django.db import connection
from django.db.backends.utils import CursorWrapper

import statements
from document import Parts, Row, document


class NoSession(Exception):
    """The session is unknown or has expired."""


class NoRecipe(Exception):
    """The user may see no recipe."""


def recipe_for(session_key: str) -> dict:
    """Eight statements in three flights: the parts of a recipe do not need each other's answers."""
    sessions = rows(execute(statements.SESSION, {"session_key": session_key}))
    if not sessions:
        raise NoSession
    recipes = rows(execute(statements.RECIPE, {"user_id": sessions[0]["user_id"]}))
    if not recipes:
        raise NoRecipe
    ids = {"recipe_ids": [recipes[0]["id"]]}
    # Django has no pipelines of its own; its connection holds psycopg's, which has.
    with connection.connection.pipeline():
        ingredients = execute(statements.INGREDIENTS, ids)
        steps = execute(statements.STEPS, ids)
        sections = execute(statements.SECTIONS, ids)
        notes = execute(statements.NOTES, ids)
        reactions = execute(statements.REACTIONS, ids)
        events = execute(statements.EVENTS, ids)
    parts = Parts(
        ingredients=rows(ingredients),
        steps=rows(steps),
        sections=rows(sections),
        notes=rows(notes),
        reactions=rows(reactions),
        events=rows(events),
    )
    return document(recipes[0], parts)


def execute(statement: str, parameters: dict) -> CursorWrapper:
    cursor = connection.cursor()
    cursor.execute(statement, parameters)
    return cursor


def rows(cursor: CursorWrapper) -> list[Row]:
    with cursor:
        names = [column.name for column in cursor.description]
        return [dict(zip(names, values)) for values in cursor.fetchall()]
