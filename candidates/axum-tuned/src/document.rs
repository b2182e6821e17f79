use chrono::{DateTime, Utc};
use serde::Serialize;

#[derive(Serialize)]
pub struct Recipe {
    pub id: i32,
    pub name: String,
    pub author: Option<String>,
    pub source: Option<String>,
    pub time: String,
    pub servings: String,
    pub tags: Vec<String>,
    pub archived_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub ingredients: Vec<IngredientEntry>,
    pub steps: Vec<Step>,
    pub timeline: Vec<TimelineEntry>,
}

/// Untagged: an element stands in the list as it is, without the name of its variant.
#[derive(Serialize)]
#[serde(untagged)]
pub enum IngredientEntry {
    Ingredient {
        id: i32,
        position: String,
        quantity: String,
        name: String,
        description: String,
    },
    Section {
        id: i32,
        title: String,
        position: String,
    },
}

#[derive(Serialize)]
pub struct Step {
    pub id: i32,
    pub position: String,
    pub text: String,
}

#[derive(Serialize)]
#[serde(untagged)]
pub enum TimelineEntry {
    Event {
        id: i32,
        action: String,
        created_at: DateTime<Utc>,
        created_by_id: Option<i32>,
        created_by_name: Option<String>,
    },
    Note {
        id: i32,
        text: String,
        email: String,
        name: Option<String>,
        modified_at: DateTime<Utc>,
        created_at: DateTime<Utc>,
        reactions: Vec<Reaction>,
    },
}

#[derive(Serialize)]
pub struct Reaction {
    pub id: i32,
    pub emoji: String,
    pub created_by_id: i32,
}
