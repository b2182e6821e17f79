"""From the rows of each table to the document of a recipe."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]


@dataclass
class Parts:
    """The rows of one recipe's parts, each list in the order of its statement."""

    ingredients: list[Row]
    steps: list[Row]
    sections: list[Row]
    notes: list[Row]
    reactions: list[Row]
    events: list[Row]


def document(recipe: Row, parts: Parts) -> dict:
    reactions_by_note = defaultdict(list)
    for row in parts.reactions:
        reactions_by_note[row["note_id"]].append(reaction(row))
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
        "ingredients": [*map(ingredient, parts.ingredients), *map(section, parts.sections)],
        "steps": [step(row) for row in parts.steps],
        "timeline": [
            *map(event, parts.events),
            *(note(row, reactions_by_note[row["id"]]) for row in parts.notes),
        ],
    }


def ingredient(row: Row) -> dict:
    return {
        "id": row["id"],
        "position": row["position"],
        "quantity": row["quantity"],
        "name": row["name"],
        "description": row["description"],
    }


def section(row: Row) -> dict:
    return {"id": row["id"], "title": row["title"], "position": row["position"]}


def step(row: Row) -> dict:
    return {"id": row["id"], "position": row["position"], "text": row["text"]}


def event(row: Row) -> dict:
    return {
        "id": row["id"],
        "action": row["action"],
        "created_at": row["created"],
        "created_by_id": row["created_by_id"],
        "created_by_name": row["email"],
    }


def note(row: Row, reactions: list[dict]) -> dict:
    return {
        "id": row["id"],
        "text": row["text"],
        "email": row["email"],
        "name": row["name"],
        "modified_at": row["modified"],
        "created_at": row["created"],
        "reactions": reactions,
    }


def reaction(row: Row) -> dict:
    return {"id": row["id"], "emoji": row["emoji"], "created_by_id": row["created_by_id"]}
