"""Two statements: what asyncpg cannot pipeline on one connection is asked for at once."""

# No row: the session is not valid. A row without a recipe: the user may see none.
SESSION_AND_RECIPE = """select recipe.*
from (
  select user_id
  from user_sessions_session
  where expire_date > now() and session_key = $1
  limit 1
) session
left join lateral (
  select
    core_recipe.id, core_recipe.name, core_recipe.author, core_recipe.source, core_recipe.time,
    core_recipe.servings, core_recipe.edits, core_recipe.modified, core_recipe.created,
    core_recipe.archived_at, core_recipe.tags
  from core_recipe
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
) recipe on true"""

# One row of arrays of rows, which asyncpg gives as lists of tuples.
PARTS = """select
  array(
    select row(id, position, quantity, name, description)
    from core_ingredient
    where recipe_id = $1 and deleted_at is null
    order by position
  ) as ingredients,
  array(
    select row(id, position, text)
    from core_step
    where recipe_id = $1 and deleted_at is null
    order by position
  ) as steps,
  array(
    select row(id, title, position)
    from core_section
    where recipe_id = $1 and deleted_at is null
    order by position
  ) as sections,
  array(
    select row(
      core_note.id, core_note.text, author.email, author.name, core_note.modified, core_note.created
    )
    from core_note
    join core_myuser author on author.id = core_note.created_by_id
    where core_note.recipe_id = $1 and core_note.deleted_at is null
    order by core_note.created desc
  ) as notes,
  array(
    select row(core_reaction.note_id, core_reaction.id, core_reaction.emoji, core_reaction.created_by_id)
    from core_reaction
    join core_note on core_note.id = core_reaction.note_id
    where core_note.recipe_id = $1
    order by core_reaction.created desc
  ) as reactions,
  array(
    select row(
      timeline_event.id, timeline_event.action, timeline_event.created,
      timeline_event.created_by_id, core_myuser.email
    )
    from timeline_event
    left join core_myuser on core_myuser.id = timeline_event.created_by_id
    where timeline_event.recipe_id = $1 and timeline_event.deleted_at is null
    order by timeline_event.created desc
  ) as events"""
