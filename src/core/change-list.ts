type Json = Record<string, unknown>

/**
 * Changes the elements of a list that are objects.
 * @param change gives what stands in the place of one: itself, others or nothing
 * @returns the very list where nothing changes, and what is no list
 */
export function changeEach(list: unknown, change: (element: Json) => readonly unknown[]): unknown {
  if (!Array.isArray(list)) return list
  const changed = list.map((element: unknown) => (typeof element === 'object' && element !== null ? change(element as Json) : [element]))
  return changed.every((instead, index) => instead.length === 1 && instead[0] === list[index]) ? list : changed.flat()
}

/** The same for a field of an object that holds a list; the very object where nothing changes. */
export function changeField(object: Json, field: string, change: (element: Json) => readonly unknown[]): Json {
  const changed = changeEach(object[field], change)
  return changed === object[field] ? object : { ...object, [field]: changed }
}

/** What of a body changes, by its top-level field. */
export function changesOf(body: Json, field: string, change: (element: Json) => readonly unknown[]): Json {
  const changed = changeField(body, field, change)
  return changed === body ? {} : { [field]: changed[field] }
}
