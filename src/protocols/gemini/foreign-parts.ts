import { FOREIGN_PARTS } from '../foreign-blocks.ts'
import type { Part } from './schema.ts'

/** What a part is of that only Google's servers made and can read: mostly nothing, and else left out with all of it. */
export function foreignFieldsOf(part: Part): string[] {
  return FOREIGN_PARTS.filter((name) => part[name] != null)
}
