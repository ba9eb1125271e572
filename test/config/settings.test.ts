import { describe, expect, test } from 'vitest'
import { allowed } from '../../src/config/allowed.ts'
import { variablesOf } from '../../src/config/environment.ts'
import { configKeys, defaults, type Field, fieldOf, sectionKeys } from '../../src/config/fields.ts'
import { flagOf } from '../../src/config/flags.ts'
import { loadConfig } from '../../src/config/load.ts'
import { MAX_DURATION } from '../../src/config/setting.ts'
import { hide } from '../../src/config/show-value.ts'

const load = (env: NodeJS.ProcessEnv) => loadConfig({ cwd: '/', env: { HOME: '/nowhere', ...env } })

test('each setting is in one section', () => {
  expect(sectionKeys.flatMap(([, keys]) => keys).toSorted()).toEqual(configKeys.toSorted())
})

test.each(configKeys)('%s says what it is, in a way that goes on in a table', (key) => {
  expect(fieldOf(key).description).toMatch(/^.{6,}[^.]$/)
})

test('no two are set by the same variable or flag', () => {
  const names = configKeys.flatMap((key) => [...variablesOf(key), flagOf(key)])
  expect(new Set(names).size).toBe(names.length)
})

test('what is called a time has milliseconds, and what is called a size bytes', () => {
  const unitOf = (pattern: RegExp) => new Set(configKeys.filter((key) => pattern.test(key)).map((key) => fieldOf(key).unit))
  expect(unitOf(/(timeout|delay|interval|lifetime|after)$/i)).toEqual(new Set(['milliseconds']))
  expect(unitOf(/(bytes|memory)$/i)).toEqual(new Set(['bytes']))
})

test('what is called a secret is one', () => {
  expect(configKeys.filter((key) => /(secret|password|token|apikeys?)$/i.test(key) && !fieldOf(key).secret)).toEqual([])
})

const durations = configKeys.filter((key) => fieldOf(key).unit === 'milliseconds')

test.each(durations)('%s: a time that no timer can run is an error, the longest one is none', async (key) => {
  const { maximum = 0 } = fieldOf(key)
  const [variable] = variablesOf(key)
  expect(maximum).toBeLessThanOrEqual(MAX_DURATION)
  expect((await load({ [variable]: String(maximum) })).config[key]).toBe(maximum)
  await expect(load({ [variable]: String(MAX_DURATION + 1) })).rejects.toThrow(
    `${key} (from ${variable}): 2147483648 is too large; allowed: a whole number of milliseconds from 1 to ${maximum} (`,
  )
})

test('a time says why it has a limit', async () => {
  await expect(load({ OPENCODE_BRIDGE_REQUEST_TIMEOUT: '3000000000' })).rejects.toThrow('(24.9 days, the longest time that a timer can run)')
})

test.each(configKeys)('%s has its default when nothing is set', async (key) => {
  expect((await load({})).config[key]).toEqual(defaults[key])
})

describe('a block with fields of its own', () => {
  const key: Field = { type: 'string', secret: true, description: 'Its key' }
  const block: Field = {
    type: 'object',
    properties: { url: { type: 'string', minLength: 1 }, key, wait: { type: 'integer', unit: 'milliseconds', minimum: 1 } },
  }
  const blocks: Field = { type: 'object', additionalProperties: block }

  test('says what it may hold, and so do its fields', () => {
    expect(allowed([blocks])).toBe('an object that gives each name a block of url, key, wait')
    expect(allowed([{ anyOf: [{ type: 'string', minLength: 1 }, block] }, { type: 'string', minLength: 1 }, block])).toBe(
      'a text that is not empty, or a block of url, key, wait',
    )
    expect(allowed([block.properties!.wait!])).toBe('a whole number of milliseconds >= 1')
  })

  test('is shown without its secrets, also where they are misspelled or in the place of the block', () => {
    expect(hide([blocks], { x: { url: 'http://a', key: 'sesame', wait: 3, kye: 'sesame' } })).toEqual({
      x: { url: 'http://a', key: '(secret)', wait: 3, kye: '(secret)' },
    })
    expect(hide([blocks], { x: 'sesame' })).toEqual({ x: '(secret)' })
    expect(hide([blocks], 'sesame')).toBe('(secret)')
    expect(hide([blocks], ['sesame'])).toEqual(['(secret)'])
  })
})

test('a part that is wrong is named with what it may be', async () => {
  await expect(load({ OPENCODE_BRIDGE_AGENT_PERMISSIONS: '{"edit":"maybe"}' })).rejects.toThrow(
    'agentPermissions.edit (from OPENCODE_BRIDGE_AGENT_PERMISSIONS): "maybe" is not allowed; allowed: one of allow, ask, deny',
  )
  await expect(load({ OPENCODE_BRIDGE_ALIASES: '{"fast":[]}' })).rejects.toThrow('aliases.fast (from OPENCODE_BRIDGE_ALIASES): [] is too short; allowed: ')
})
