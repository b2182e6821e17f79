/** The rows that the statements give. Times are RFC 3339 texts. */
export interface SessionRow {
  user_id: number;
}

export interface RecipeRow {
  id: number;
  name: string;
  author: string | null;
  source: string | null;
  time: string;
  servings: string;
  created: string;
  archived_at: string | null;
  tags: string[];
}

export interface IngredientRow {
  id: number;
  position: string;
  quantity: string;
  name: string;
  description: string;
}

export interface StepRow {
  id: number;
  position: string;
  text: string;
}

export interface SectionRow {
  id: number;
  position: string;
  title: string;
}

export interface NoteRow {
  id: number;
  text: string;
  created: string;
  modified: string;
  email: string;
  name: string | null;
}

export interface ReactionRow {
  id: number;
  emoji: string;
  created_by_id: number;
  note_id: number;
}

export interface EventRow {
  id: number;
  action: string;
  created: string;
  created_by_id: number | null;
  email: string | null;
}

/** The rows of one recipe's parts, each list in the order of its statement. */
export interface Parts {
  ingredients: IngredientRow[];
  steps: StepRow[];
  sections: SectionRow[];
  notes: NoteRow[];
  reactions: ReactionRow[];
  events: EventRow[];
}
