import type { Recalled } from '../protocols/responses/memory.ts'
import { referencesOf } from '../protocols/responses/references.ts'
import type { KeptResponses } from './response-store.ts'

/** Finds what a request refers to, so that who reads it needs no store. */
export function recall(body: Record<string, unknown>, kept: KeptResponses): Recalled {
  const { response, items } = referencesOf(body)
  const found = items.flatMap((id) => {
    const item = kept.findItem(id)
    return item === undefined ? [] : [[id, item] as const]
  })
  return { ...(response !== undefined && { previous: kept.find(response) }), items: new Map(found) }
}
