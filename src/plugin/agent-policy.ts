import type { PluginSettings } from './contract.ts'

/**
 * Holds opencode's own agents to the daemon's policy, whatever the user's configuration or an agent of it allows:
 * denied unless the policy says otherwise, and never outside of the folder they work in.
 */
export function applyPolicy(config: Record<string, any>, { permissions = {}, defaultModel }: Pick<PluginSettings, 'permissions' | 'defaultModel'>): void {
  const { mcp = {}, agent = {}, small_model: smallModel = defaultModel } = config
  // The last rule that matches counts, so the general one comes first, and an agent's own would count more than these.
  const permission = { '*': 'deny', ...permissions, external_directory: 'deny' }
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
}

function mapValues<T, U>(record: Record<string, T>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]))
}
