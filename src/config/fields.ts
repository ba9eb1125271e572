import { z } from 'zod'
import { configSchema, sections, type Config } from './schema.ts'
import { facts, type SettingFacts } from './setting.ts'

export type ConfigKey = keyof Config
export type SectionName = keyof typeof sections

/** What a setting, or a part of one, may be, and what is known of it. */
export interface Field extends Partial<SettingFacts> {
  type?: 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'object'
  enum?: string[]
  const?: string | number | boolean
  minimum?: number
  exclusiveMinimum?: number
  maximum?: number
  minLength?: number
  items?: Field
  properties?: Record<string, Field>
  additionalProperties?: Field | false
  anyOf?: Field[]
  oneOf?: Field[]
}

// As JSON Schema, because it states limits plainly, where zod's own classes hide them.
const fields = z.toJSONSchema(configSchema, { io: 'input', metadata: facts }).properties as Record<ConfigKey, Field>

/** Every setting, in the order of the sections. */
export const configKeys = Object.keys(fields) as ConfigKey[]

export function isConfigKey(name: string): name is ConfigKey {
  return Object.hasOwn(fields, name)
}

export function fieldOf(key: ConfigKey): Field {
  return fields[key]
}

/** The settings of each section. */
export const sectionKeys = Object.entries(sections).map(([name, settings]) => [name, Object.keys(settings)]) as [SectionName, ConfigKey[]][]

/** What nobody set. */
export const defaults = configSchema.parse({})

/** A field and, where it is a choice, what may be chosen: facts may stand on either. */
export function withChoices(field: Field): Field[] {
  return [field, ...(field.anyOf ?? field.oneOf ?? []).flatMap(withChoices)]
}

/** All that is known of a part of a value; nothing where nothing of this name belongs. */
export function fieldsWithin(whole: readonly Field[], name: PropertyKey): Field[] {
  return whole.flatMap(({ items, properties = {}, additionalProperties }) => {
    const named = typeof name === 'string' && Object.hasOwn(properties, name) ? properties[name] : undefined
    const part = named ?? (additionalProperties || items)
    return part ? withChoices(part) : []
  })
}

/** All that is known of what is at a path, which begins with a setting. */
export function fieldsAt([key, ...inner]: readonly [ConfigKey, ...PropertyKey[]]): Field[] {
  return inner.reduce<Field[]>(fieldsWithin, withChoices(fields[key]))
}
