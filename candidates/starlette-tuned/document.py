"""From a recipe and the tuples of its parts to the document."""

from collections import defaultdict

from asyncpg import Record

# The keys of each part, in the order of the columns in statements.py.
INGREDIENT = ("id", "position", "quantity", "name", "description")
SECTION = ("id", "title", "position")
STEP = ("id", "position", "text")
EVENT = ("id", "action", "created_at", "created_by_id", "created_by_name")
NOTE = ("id", "text", "email", "name", "modified_at", "created_at")
REACTION = ("id", "emoji", "created_by_id")


def document(recipe: Record, parts: Record) -> dict:
    reactions_by_note = defaultdict(list)
    for note_id, *reaction in parts["reactions"]:
        reactions_by_note[note_id].append(dict(zip(REACTION, reaction)))
    notes = entries(NOTE, parts["notes"])
    for note in notes:
        note["reactions"] = reactions_by_note[note["id"]]
    return {
        "id": recipe["id"],
        "name": recipe["name"],
        "author": recipe["author"],
        "source": recipe["source"],
        "time": recipe["time"],
        "servings": recipe["servings"],
        "tags": recipe["tags"],
        "archived_at": recipe["archived_at"],
        "created_at": recipe["created"],
        "ingredients": entries(INGREDIENT, parts["ingredients"]) + entries(SECTION, parts["sections"]),
        "steps": entries(STEP, parts["steps"]),
        "timeline": entries(EVENT, parts["events"]) + notes,
    }


def entries(keys: tuple[str, ...], rows: list[tuple]) -> list[dict]:
    return [dict(zip(keys, row)) for row in rows]
