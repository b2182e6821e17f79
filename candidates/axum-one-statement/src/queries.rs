use crate::{database::Pool, refusal::Refusal};

/// One statement in one flight; its answer is the document's text.
pub async fn recipe_for(pool: &Pool, session: &str) -> Result<String, Refusal> {
    let connection = pool.get().await?;
    let statement = &connection.recipe_document;
    let session = connection.client.query_opt(statement, &[&session]).await?;
    let document: Option<String> = session.ok_or(Refusal::Unauthorized)?.get("document");
    document.ok_or(Refusal::NotFound)
}
