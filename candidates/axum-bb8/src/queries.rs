use crate::{
    database::Pool,
    document::Recipe,
    refusal::Refusal,
    rows::{Parts, document},
    statements,
};

/// Nine statements, one after another, on one connection.
pub async fn recipe_for(pool: &Pool, session: &str) -> Result<Recipe, Refusal> {
    let connection = pool.get().await?;
    connection.query(statements::SET_TIME_ZONE, &[]).await?;
    let sessions = connection.query(statements::SESSION, &[&session]).await?;
    let session = sessions.first().ok_or(Refusal::Unauthorized)?;
    let user_id: i32 = session.get("user_id");
    let recipes = connection.query(statements::RECIPE, &[&user_id]).await?;
    let recipe = recipes.first().ok_or(Refusal::NotFound)?;
    let ids: Vec<i32> = vec![recipe.get("id")];
    let parts = Parts {
        ingredients: connection.query(statements::INGREDIENTS, &[&ids]).await?,
        steps: connection.query(statements::STEPS, &[&ids]).await?,
        sections: connection.query(statements::SECTIONS, &[&ids]).await?,
        notes: connection.query(statements::NOTES, &[&ids]).await?,
        reactions: connection.query(statements::REACTIONS, &[&ids]).await?,
        events: connection.query(statements::EVENTS, &[&ids]).await?,
    };
    Ok(document(recipe, &parts))
}
