import type { Connection } from './database.ts';
import type {
  EventRow,
  IngredientRow,
  NoteRow,
  ReactionRow,
  RecipeRow,
  SectionRow,
  SessionRow,
  StepRow,
} from './rows.ts';

export const session = (sql: Connection, sessionKey: string) => sql<SessionRow[]>`select user_id
from user_sessions_session
where expire_date > now() and session_key = ${sessionKey}
limit 1`;

export const recipe = (sql: Connection, userId: number) => sql<RecipeRow[]>`select
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
    core_myuser.id = ${userId}
    or exists (
      select 1
      from core_membership
      where core_membership.team_id = core_team.id
        and core_membership.user_id = ${userId}
        and core_membership.is_active
    )
  )
order by random()
limit 1`;

export const ingredients = (sql: Connection, recipeIds: number[]) => sql<
  IngredientRow[]
>`select id, position, quantity, name, description
from core_ingredient
where recipe_id = any(${recipeIds}) and deleted_at is null
order by position`;

export const steps = (sql: Connection, recipeIds: number[]) => sql<StepRow[]>`select id, text, position, recipe_id
from core_step
where recipe_id = any(${recipeIds}) and deleted_at is null
order by position`;

export const sections = (sql: Connection, recipeIds: number[]) => sql<
  SectionRow[]
>`select id, title, position, recipe_id
from core_section
where recipe_id = any(${recipeIds}) and deleted_at is null
order by position`;

export const notes = (sql: Connection, recipeIds: number[]) => sql<NoteRow[]>`select
  core_note.id, core_note.text, core_note.created, core_note.modified,
  author.email, author.name, last_modifier.email as last_modifier_email
from core_note
left join core_myuser last_modifier on last_modifier.id = core_note.last_modified_by_id
join core_myuser author on author.id = core_note.created_by_id
where core_note.recipe_id = any(${recipeIds}) and core_note.deleted_at is null
order by core_note.created desc`;

export const reactions = (sql: Connection, recipeIds: number[]) => sql<
  ReactionRow[]
>`select core_reaction.id, core_reaction.emoji, core_reaction.created_by_id, core_reaction.note_id
from core_reaction
join core_note on core_note.id = core_reaction.note_id
where core_note.recipe_id = any(${recipeIds})
order by core_reaction.created desc`;

export const events = (sql: Connection, recipeIds: number[]) => sql<EventRow[]>`select
  timeline_event.id, timeline_event.action, timeline_event.created, timeline_event.created_by_id,
  core_myuser.email
from timeline_event
left join core_myuser on core_myuser.id = timeline_event.created_by_id
where timeline_event.recipe_id = any(${recipeIds}) and timeline_event.deleted_at is null
order by timeline_event.created desc`;
