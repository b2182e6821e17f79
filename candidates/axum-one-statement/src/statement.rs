/// The whole request: no row when the session is not valid, no document when the user may see no recipe.
/// `row_to_json` of sub-selects and `array_to_json` write compact JSON; `json_build_object` would not.
pub const RECIPE_DOCUMENT: &str = r#"
with session as (
  select user_id
  from user_sessions_session
  where expire_date > now() and session_key = $1
  limit 1
),
recipe as (
  select core_recipe.*
  from session
  cross join core_recipe
  left join core_myuser
    on core_myuser.id = core_recipe.object_id and core_recipe.content_type_id = 1
  left join core_team
    on core_team.id = core_recipe.object_id and core_recipe.content_type_id = 20
  where core_recipe.deleted_at is null
    and (
      core_myuser.id = session.user_id
      or exists (
        select 1
        from core_membership
        where core_membership.team_id = core_team.id
          and core_membership.user_id = session.user_id
          and core_membership.is_active
      )
    )
  order by random()
  limit 1
),
document as (
  select
    recipe.id,
    recipe.name,
    recipe.author,
    recipe.source,
    recipe.time,
    recipe.servings,
    recipe.tags,
    to_char(recipe.archived_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as archived_at,
    to_char(recipe.created at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_at,
    array(
      select row_to_json(ingredient)
      from (
        select id, position, quantity, name, description
        from core_ingredient
        where recipe_id = recipe.id and deleted_at is null
        order by position
      ) ingredient
    ) || array(
      select row_to_json(section)
      from (
        select id, title, position
        from core_section
        where recipe_id = recipe.id and deleted_at is null
        order by position
      ) section
    ) as ingredients,
    array(
      select row_to_json(step)
      from (
        select id, position, text
        from core_step
        where recipe_id = recipe.id and deleted_at is null
        order by position
      ) step
    ) as steps,
    array(
      select row_to_json(event)
      from (
        select
          timeline_event.id,
          timeline_event.action,
          to_char(timeline_event.created at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_at,
          timeline_event.created_by_id,
          core_myuser.email as created_by_name
        from timeline_event
        left join core_myuser on core_myuser.id = timeline_event.created_by_id
        where timeline_event.recipe_id = recipe.id and timeline_event.deleted_at is null
        order by timeline_event.created desc
      ) event
    ) || array(
      select row_to_json(note)
      from (
        select
          core_note.id,
          core_note.text,
          author.email,
          author.name,
          to_char(core_note.modified at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as modified_at,
          to_char(core_note.created at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_at,
          array(
            select row_to_json(reaction)
            from (
              select id, emoji, created_by_id
              from core_reaction
              where note_id = core_note.id
              order by core_reaction.created desc
            ) reaction
          ) as reactions
        from core_note
        join core_myuser author on author.id = core_note.created_by_id
        where core_note.recipe_id = recipe.id and core_note.deleted_at is null
        order by core_note.created desc
      ) note
    ) as timeline
  from recipe
)
select (select row_to_json(document)::text from document) as document
from session"#;
