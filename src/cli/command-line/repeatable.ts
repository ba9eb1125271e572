import type { StringArgDef } from 'citty'

/** What no argument can hold, so that values may hold anything else. */
const BETWEEN = '\0'

/** An option that may be given more than once. */
export function repeatable(definition: Pick<StringArgDef, 'alias' | 'description' | 'valueHint'>) {
  return { ...definition, type: 'string', repeatable: true } as const
}

export function isRepeatableArg(definition: object): boolean {
  return 'repeatable' in definition
}

/** Its values as the one that citty keeps. */
export function joinValues(values: readonly string[]): string {
  return values.join(BETWEEN)
}

/** Its values, in their order. */
export function valuesOf(value: string | undefined): string[] {
  return value === undefined ? [] : value.split(BETWEEN)
}
