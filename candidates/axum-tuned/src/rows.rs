//! From the rows of each table to the parts of a document.

use std::collections::HashMap;

use tokio_postgres::Row;

use crate::document::{IngredientEntry, Reaction, Recipe, Step, TimelineEntry};

/// The rows of one recipe's parts, each list in the order of its statement.
pub struct Parts {
    pub ingredients: Vec<Row>,
    pub steps: Vec<Row>,
    pub sections: Vec<Row>,
    pub notes: Vec<Row>,
    pub reactions: Vec<Row>,
    pub events: Vec<Row>,
}

pub fn document(recipe: &Row, parts: &Parts) -> Recipe {
    let mut reactions = reactions_by_note(&parts.reactions);
    let ingredients = parts.ingredients.iter().map(ingredient);
    let sections = parts.sections.iter().map(section);
    let events = parts.events.iter().map(event);
    let notes = parts.notes.iter().map(|row| note(row, &mut reactions));
    Recipe {
        id: recipe.get("id"),
        name: recipe.get("name"),
        author: recipe.get("author"),
        source: recipe.get("source"),
        time: recipe.get("time"),
        servings: recipe.get("servings"),
        tags: recipe.get("tags"),
        archived_at: recipe.get("archived_at"),
        created_at: recipe.get("created"),
        ingredients: ingredients.chain(sections).collect(),
        steps: parts.steps.iter().map(step).collect(),
        timeline: events.chain(notes).collect(),
    }
}

fn ingredient(row: &Row) -> IngredientEntry {
    IngredientEntry::Ingredient {
        id: row.get("id"),
        position: row.get("position"),
        quantity: row.get("quantity"),
        name: row.get("name"),
        description: row.get("description"),
    }
}

fn section(row: &Row) -> IngredientEntry {
    IngredientEntry::Section {
        id: row.get("id"),
        title: row.get("title"),
        position: row.get("position"),
    }
}

fn step(row: &Row) -> Step {
    Step {
        id: row.get("id"),
        position: row.get("position"),
        text: row.get("text"),
    }
}

fn event(row: &Row) -> TimelineEntry {
    TimelineEntry::Event {
        id: row.get("id"),
        action: row.get("action"),
        created_at: row.get("created"),
        created_by_id: row.get("created_by_id"),
        created_by_name: row.get("email"),
    }
}

fn note(row: &Row, reactions: &mut HashMap<i32, Vec<Reaction>>) -> TimelineEntry {
    let id = row.get("id");
    TimelineEntry::Note {
        id,
        text: row.get("text"),
        email: row.get("email"),
        name: row.get("name"),
        modified_at: row.get("modified"),
        created_at: row.get("created"),
        reactions: reactions.remove(&id).unwrap_or_default(),
    }
}

fn reactions_by_note(rows: &[Row]) -> HashMap<i32, Vec<Reaction>> {
    let mut by_note: HashMap<i32, Vec<Reaction>> = HashMap::new();
    for row in rows {
        by_note
            .entry(row.get("note_id"))
            .or_default()
            .push(Reaction {
                id: row.get("id"),
                emoji: row.get("emoji"),
                created_by_id: row.get("created_by_id"),
            });
    }
    by_note
}
