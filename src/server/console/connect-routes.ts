import type { H3Event } from 'h3'
import { z } from 'zod'
import { connectors } from '../../connectors/index.ts'
import type { Bridge, Place } from '../../connectors/connector.ts'
import { BridgeError } from '../../core/errors.ts'
import { parseBody } from '../../protocols/read-body.ts'
import type { BodyReader } from '../json-body.ts'
import type { Route } from '../route.ts'
import { requireOperator } from './operator.ts'
import type { PageGuard } from './page-guard.ts'

export interface ConnectRoutesOptions {
  guard: PageGuard
  bodies: BodyReader
  /** Makes a key; undefined for a name that is in use. Absent where the daemon takes none that is made while it runs. */
  makeKey?(name: string): Promise<string | undefined>
}

/** The same rule as for `key create`. */
export const keySchema = z.object({ name: z.string().regex(/^[\w.@-]{1,64}$/, 'it has to be 1 to 64 letters, digits or any of . _ @ -') })

/** How tools are pointed at the daemon. */
export function connectRoutes({ guard, bodies, makeKey }: ConnectRoutesOptions): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/daemon/connections',
      summary: 'Gives the settings of tools for this daemon',
      tag: 'Bridge',
      auth: true,
      handler: (event) => {
        guard.check(event)
        return { object: 'list', needs_key: guard.asksForKeys, makes_keys: makeKey !== undefined, data: connections(event, guard.asksForKeys) }
      },
    },
    {
      method: 'POST',
      path: '/v1/daemon/keys',
      summary: 'Makes a key for a client',
      tag: 'Bridge',
      auth: true,
      request: keySchema,
      handler: async (event) => {
        requireOperator(event, guard)
        if (!makeKey) {
          throw new BridgeError('This daemon takes no keys of `key create`. Set managedKeys, or put a key into apiKeys.', {
            code: 'unsupported_value',
            status: 409,
          })
        }
        const { name } = parseBody(keySchema, await bodies.read(event))
        const key = await makeKey(name)
        if (key !== undefined) return { object: 'daemon.key', name, key }
        throw new BridgeError(`There is a key of the name ${name} already. Choose another, or take that one back with \`ocb key revoke\`.`, {
          code: 'invalid_value',
          status: 409,
          param: 'name',
        })
      },
    },
  ]
}

/** Files are told as they are in anybody's home: who asks may be on another machine. */
const ANYWHERE: Omit<Place, 'platform'> = { home: '~', cwd: '.', env: {}, exists: () => false }

function connections(event: H3Event, needsKey: boolean): object[] {
  const { searchParams, origin } = event.url
  const bridge: Bridge = { url: origin, model: searchParams.get('model') || undefined, needsKey }
  const platform = searchParams.get('platform') === 'darwin' ? 'darwin' : 'linux'
  return Object.entries(connectors).map(([tool, { title, files = [], text }]) => ({
    tool,
    title,
    files: files.map(({ path, edit }) => ({ path: path({ ...ANYWHERE, platform }), settings: edit('', bridge) })),
    text: text(bridge),
  }))
}
