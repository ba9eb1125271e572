import type { Permissions } from './contract.ts'

/**
 * Holds opencode's own agents to the daemon's policy, whatever the user's configuration or an agent of it allows:
 * denied unless the policy says otherwise, and never outside of the folder they work in.
 */
export function applyPolicy(config: Record<string, any>, permissions: Permissions): void {
  const { mcp = {}, agent = {} } = config
  const permission = { '*': 'deny', ...permissions, external_directory: 'deny' }
  Object.assign(config, {
    share: 'disabled',
    snapshot: false,
    permission,
    // An agent's own permissions would count more than these.
    agent: Object.fromEntries(Object.entries({ build: {}, plan: {}, general: {}, ...agent }).map(([name, settings]) => [name, { ...(settings as object), permission }])),
    mcp: Object.fromEntries(Object.entries(mcp).map(([name, server]) => [name, { ...(server as object), enabled: false }])),
  })
}
