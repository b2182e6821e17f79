/** The rows of each table, as they are inserted. Times are RFC 3339 in UTC with six decimals. */
export interface UserRow {
  readonly id: number;
  readonly email: string;
  readonly name: string | null;
}

export interface TeamRow {
  readonly id: number;
  readonly name: string;
}

export interface MembershipRow {
  readonly id: number;
  readonly user_id: number;
  readonly team_id: number;
  readonly is_active: boolean;
}

export interface SessionRow {
  readonly session_key: string;
  readonly user_id: number;
  readonly expire_date: string;
}

export interface RecipeRow {
  readonly id: number;
  readonly name: string;
  readonly author: string | null;
  readonly source: string | null;
  readonly time: string;
  readonly servings: string;
  readonly edits: number;
  readonly modified: string;
  readonly created: string;
  readonly archived_at: string | null;
  readonly deleted_at: string | null;
  readonly tags: readonly string[];
  readonly content_type_id: number;
  readonly object_id: number;
}

/** What every part of a recipe has. */
interface PartRow {
  readonly id: number;
  readonly recipe_id: number;
  readonly deleted_at: string | null;
}

export interface IngredientRow extends PartRow {
  readonly position: string;
  readonly quantity: string;
  readonly name: string;
  readonly description: string;
}

export interface StepRow extends PartRow {
  readonly position: string;
  readonly text: string;
}

export interface SectionRow extends PartRow {
  readonly position: string;
  readonly title: string;
}

export interface NoteRow extends PartRow {
  readonly text: string;
  readonly created: string;
  readonly modified: string;
  readonly created_by_id: number;
  readonly last_modified_by_id: number | null;
}

export interface ReactionRow {
  readonly id: number;
  readonly note_id: number;
  readonly emoji: string;
  readonly created: string;
  readonly modified: string;
  readonly created_by_id: number;
}

export interface EventRow extends PartRow {
  readonly action: string;
  readonly created: string;
  readonly created_by_id: number | null;
}

export interface PeopleRows {
  readonly core_myuser: readonly UserRow[];
  readonly core_team: readonly TeamRow[];
  readonly core_membership: readonly MembershipRow[];
  readonly user_sessions_session: readonly SessionRow[];
}

export interface RecipeRows {
  readonly core_recipe: readonly RecipeRow[];
  readonly core_ingredient: readonly IngredientRow[];
  readonly core_step: readonly StepRow[];
  readonly core_section: readonly SectionRow[];
  readonly core_note: readonly NoteRow[];
  readonly core_reaction: readonly ReactionRow[];
  readonly timeline_event: readonly EventRow[];
}

/** The whole database: a key is a table's name. */
export interface Rows extends PeopleRows, RecipeRows {}

/** What `content_type_id` says about the owner of a recipe. */
export const ownerTypes = { user: 1, team: 20, other: 33 } as const;
