-- The tables behind GET /api/v1/recipes. A recipe belongs to a user (content_type_id 1) or to a
-- team (content_type_id 20): object_id is the id of one or of the other, so it has no foreign key.

create table core_myuser (
  id integer primary key,
  email text not null unique,
  name text
);

create table core_team (
  id integer primary key,
  name text not null
);

create table core_membership (
  id integer primary key,
  user_id integer not null references core_myuser (id),
  team_id integer not null references core_team (id),
  is_active boolean not null,
  unique (user_id, team_id)
);
create index core_membership_team on core_membership (team_id);

create table user_sessions_session (
  session_key text primary key,
  user_id integer not null references core_myuser (id),
  expire_date timestamptz not null
);
create index user_sessions_session_user on user_sessions_session (user_id);

create table core_recipe (
  id integer primary key,
  name text not null,
  author text,
  source text,
  time text not null,
  servings text not null,
  edits integer not null,
  modified timestamptz not null,
  created timestamptz not null,
  archived_at timestamptz,
  deleted_at timestamptz,
  tags text[] not null,
  content_type_id integer not null,
  object_id integer not null
);
create index core_recipe_owner on core_recipe (content_type_id, object_id);

create table core_ingredient (
  id integer primary key,
  recipe_id integer not null references core_recipe (id),
  position text not null,
  quantity text not null,
  name text not null,
  description text not null,
  deleted_at timestamptz
);
create index core_ingredient_recipe on core_ingredient (recipe_id);

create table core_step (
  id integer primary key,
  recipe_id integer not null references core_recipe (id),
  position text not null,
  text text not null,
  deleted_at timestamptz
);
create index core_step_recipe on core_step (recipe_id);

create table core_section (
  id integer primary key,
  recipe_id integer not null references core_recipe (id),
  position text not null,
  title text not null,
  deleted_at timestamptz
);
create index core_section_recipe on core_section (recipe_id);

create table core_note (
  id integer primary key,
  recipe_id integer not null references core_recipe (id),
  text text not null,
  created timestamptz not null,
  modified timestamptz not null,
  created_by_id integer not null references core_myuser (id),
  last_modified_by_id integer references core_myuser (id),
  deleted_at timestamptz
);
create index core_note_recipe on core_note (recipe_id);

create table core_reaction (
  id integer primary key,
  note_id integer not null references core_note (id),
  emoji text not null,
  created timestamptz not null,
  modified timestamptz not null,
  created_by_id integer not null references core_myuser (id)
);
create index core_reaction_note on core_reaction (note_id);

create table timeline_event (
  id integer primary key,
  recipe_id integer not null references core_recipe (id),
  action text not null,
  created timestamptz not null,
  created_by_id integer references core_myuser (id),
  deleted_at timestamptz
);
create index timeline_event_recipe on timeline_event (recipe_id);
