import { z } from 'zod'
import { optional, setting, toggle } from '../setting.ts'
import { agentBlock } from './providers.ts'

/** The opencode underneath, and its own agents. */
export const opencode = {
  binary: optional('The opencode executable; else `OPENCODE_BIN`, the bundled one, `PATH`', { file: true }),
  mode: setting(z.enum(['auto', 'native', 'plain']).default('auto'), {
    description: '`native` never falls back to plain mode, `plain` never loads the plugin',
  }),
  agent: setting(z.union([z.string().min(1), agentBlock]).optional(), {
    description:
      "One of opencode's own agents (`build`, …) instead of the bare one, with its prompt and tools; as a block (`[agent]`), the `provider` for requests that name no model, and what holds for [providers](#providers) that do not say",
  }),
  agentDirectory: optional("The folder that opencode's own agents work in, in sessions; without it they have none"),
  agentPermissions: setting(z.record(z.string(), z.enum(['allow', 'ask', 'deny'])).default({}), {
    description:
      'What those agents may do (`{ "edit": "allow" }`), by opencode\'s names; the rest is denied, `env_files`, `private_network` and `project_settings` too',
  }),
  agentPlugins: toggle("Let opencode run plugins that the agents' folder brings: `.opencode/plugin/*`, and those that its `opencode.json` names"),
}
