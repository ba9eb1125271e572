import { loadSettings } from '../command-line/settings.ts'
import { connectToRunning } from '../daemon/connect.ts'
import type { Suggestion } from './suggest.ts'

/** Whoever waits for a completion waits no longer than this for a daemon. Milliseconds. */
const PATIENCE = 2_000

const readers = {
  models: async () => {
    const client = await connectToRunning(await loadSettings({}))
    const list = await client?.models(AbortSignal.timeout(PATIENCE))
    return toSuggestions(list?.data.map(({ id }) => id) ?? [])
  },
  // As `key` finds them; without a daemon that has asked for keys there may be no database yet, and none is to be made.
  keys: async () => {
    const settings = await loadSettings({})
    if ((await connectToRunning(settings)) === undefined) return []
    const { withKeys } = await import('../../daemon/keys.ts')
    const keys = await withKeys(settings.config, process.env, (open) => open.list())
    return keys.filter(({ revokedAt }) => revokedAt === undefined).map(({ name, lastFour }) => ({ value: name, description: `…${lastFour}` }))
  },
  tools: async () => {
    const { connectors } = await import('../../connectors/index.ts')
    return Object.entries(connectors).map(([value, { title }]) => ({ value, description: title }))
  },
  providers: async () => toSuggestions(Object.keys((await loadSettings({})).config.provider)),
  kinds: async () => toSuggestions(Object.keys((await import('../../providers/kinds.ts')).TRAITS)),
  conversations: async () => {
    const { listConversations } = await import('../conversations/list.ts')
    return listConversations(process.env).map(({ name, begins }) => ({ value: name, description: begins }))
  },
  templates: async () => {
    const { TemplateFolder } = await import('../templates/template-folder.ts')
    return toSuggestions(new TemplateFolder(process.env).names())
  },
} satisfies Record<string, () => Promise<Suggestion[]>>

/** What words may name that nobody knows before asking. */
export type ValueKind = keyof typeof readers

/** @throws whatever keeps them from being read */
export function readValues(kind: ValueKind): Promise<Suggestion[]> {
  return readers[kind]()
}

function toSuggestions(values: readonly string[]): Suggestion[] {
  return values.map((value) => ({ value }))
}
