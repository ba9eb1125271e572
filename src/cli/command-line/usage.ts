import { stripVTControlCharacters } from 'node:util'
import { renderUsage, type CommandDef } from 'citty'
import { exitCodeTable } from './exit-codes.ts'

/** The help of a command, or of the whole program. */
export async function usageOf(command: CommandDef, parent?: CommandDef): Promise<string> {
  const usage = `${(await renderUsage(command, parent)).trimEnd()}\n${parent ? '' : footer()}`
  return process.stdout.isTTY ? usage : stripVTControlCharacters(usage)
}

function footer(): string {
  const rows = exitCodeTable.map(([code, meaning]) => `  ${String(code).padStart(3)}  ${meaning}`)
  return `
EXIT CODES

${rows.join('\n')}

Settings come from flags, OPENCODE_BRIDGE_… variables and ~/.config/opencode-bridge/config.*, in this order; \`start\` also
takes names of models and times from opencode-bridge.config.{json,yaml,toml} of its folder. Keys come from
OPENCODE_BRIDGE_API_KEY or --api-key-file, and go to a daemon of this user only, or where --port says.
`
}
