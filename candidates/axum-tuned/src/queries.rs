use tokio::try_join;
use tokio_postgres::types::ToSql;

use crate::{
    database::Pool,
    document::Recipe,
    refusal::Refusal,
    rows::{Parts, document},
};

/// Nine statements in three flights on one connection: what does not depend on an answer is sent
/// together. tokio-postgres pipelines the queries of futures that are polled together.
pub async fn recipe_for(pool: &Pool, session: &str) -> Result<Recipe, Refusal> {
    let connection = pool.get().await?;
    let (client, prepared) = (&connection.client, &connection.prepared);
    let session_key: [&(dyn ToSql + Sync); 1] = [&session];
    let (_, session) = try_join!(
        client.execute(&prepared.set_time_zone, &[]),
        client.query_opt(&prepared.session, &session_key),
    )?;
    let user_id: i32 = session.ok_or(Refusal::Unauthorized)?.get("user_id");
    let recipe = client.query_opt(&prepared.recipe, &[&user_id]).await?;
    let recipe = recipe.ok_or(Refusal::NotFound)?;
    let ids: [&(dyn ToSql + Sync); 1] = [&vec![recipe.get::<_, i32>("id")]];
    let (ingredients, steps, sections, notes, reactions, events) = try_join!(
        client.query(&prepared.ingredients, &ids),
        client.query(&prepared.steps, &ids),
        client.query(&prepared.sections, &ids),
        client.query(&prepared.notes, &ids),
        client.query(&prepared.reactions, &ids),
        client.query(&prepared.events, &ids),
    )?;
    let parts = Parts {
        ingredients,
        steps,
        sections,
        notes,
        reactions,
        events,
    };
    Ok(document(&recipe, &parts))
}
