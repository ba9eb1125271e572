import { z } from 'zod'
import { access } from './sections/access.ts'
import { engine } from './sections/engine.ts'
import { limits } from './sections/limits.ts'
import { log } from './sections/log.ts'
import { models } from './sections/models.ts'
import { opencode } from './sections/opencode.ts'
import { providers } from './sections/providers.ts'
import { quotas } from './sections/quotas.ts'
import { records } from './sections/records.ts'
import { requests } from './sections/requests.ts'
import { search } from './sections/search.ts'
import { server } from './sections/server.ts'

/** The settings by what they are about, for those who read about them. */
export const sections = { server, access, requests, search, models, providers, opencode, engine, limits, records, quotas, log }

/**
 * Every setting of the bridge, flat, so that one name serves the config file (`maxSize`), the environment
 * (`OPENCODE_BRIDGE_MAX_SIZE`) and, where there is one, the flag (`--max-size`). A block of a file (`[provider.x]`) is a
 * setting whose schema is a strict object or a record; its fields may have facts as well.
 */
export const configSchema = z.strictObject({
  ...server,
  ...access,
  ...requests,
  ...search,
  ...models,
  ...providers,
  ...opencode,
  ...engine,
  ...limits,
  ...records,
  ...quotas,
  ...log,
})

export type Config = z.output<typeof configSchema>
export type ConfigInput = z.input<typeof configSchema>
