import type { PluginSettings } from './contract.ts'
import { allows, withoutOwn } from './own-permissions.ts'
import { guardRedirects } from './redirect-guard.ts'

/**
 * Holds opencode's own agents to the daemon's policy, whatever the user's configuration or an agent of it allows:
 * denied unless the policy says otherwise, and never outside of the folder they work in.
 */
export function applyPolicy(config: Record<string, any>, { permissions = {}, defaultModel }: Pick<PluginSettings, 'permissions' | 'defaultModel'>): void {
  const { mcp = {}, agent = {}, small_model: smallModel = defaultModel } = config
  // The last rule that matches counts, so the general one comes first, and an agent's own would count more than these.
  const permission = { '*': 'deny', ...withoutOwn(permissions), ...readRule(permissions), external_directory: 'deny' }
  const agents = { build: {}, plan: {}, general: {}, explore: {}, ...agent } as Record<string, object>
  Object.assign(config, {
    share: 'disabled',
    snapshot: false,
    model: defaultModel,
    // Else opencode might ask its own gateway for a title, which would send it the prompt.
    small_model: smallModel,
    permission,
    agent: mapValues(agents, (settings) => ({ ...settings, permission, tools: undefined })),
    mcp: mapValues(mcp as Record<string, object>, (server) => ({ ...server, enabled: false })),
  })
  if (!allows(permissions, 'private_network')) globalThis.fetch = guardRedirects(globalThis.fetch)
}

/** opencode asks before it reads files with secrets; a rule of the owner's for all files would say yes for them, too. */
function readRule(permissions: NonNullable<PluginSettings['permissions']>): object {
  const { read } = permissions
  if (read === undefined || read === 'deny' || allows(permissions, 'env_files')) return {}
  return { read: { '*': read, '*.env': 'deny', '*.env.*': 'deny', '*.envrc': 'deny', '*.env.example': read } }
}

function mapValues<T, U>(record: Record<string, T>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]))
}
