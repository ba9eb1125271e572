import { type Permissions, type PluginSettings, SETTINGS_VARIABLE } from './contract.ts'

/**
 * What agents may do beside opencode's own permissions; denied unless the owner allows it:
 * - `env_files`: name or search files that hold secrets by custom, such as `.env`
 * - `private_network`: fetch from this machine, or from others that the internet does not reach
 * - `project_settings`: change what git and opencode run, `.git` and `.opencode`
 */
const OWN_PERMISSIONS = ['env_files', 'private_network', 'project_settings'] as const

export type OwnPermission = (typeof OWN_PERMISSIONS)[number]

export function allows(permissions: Permissions | undefined, name: OwnPermission): boolean {
  return permissions?.[name] === 'allow'
}

/** Those that opencode knows. */
export function withoutOwn(permissions: Permissions): Permissions {
  return Object.fromEntries(Object.entries(permissions).filter(([name]) => !(OWN_PERMISSIONS as readonly string[]).includes(name)))
}

/** The policy that this process was started with. */
export function permissionsOfProcess(): Permissions {
  return (JSON.parse(process.env[SETTINGS_VARIABLE] ?? '{}') as Partial<PluginSettings>).permissions ?? {}
}
