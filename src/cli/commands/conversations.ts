import { defineCommand } from 'citty'
import { visibleLine } from '../../core/visible-text.ts'
import { command } from '../command-line/called-as.ts'
import { exitCodes, type ExitCode } from '../command-line/exit-codes.ts'
import { usageError } from '../command-line/failure.ts'
import { deleteConversation, findConversation, listConversations } from '../conversations/list.ts'
import { toMarkdown } from '../conversations/transcript.ts'
import { formatTable } from '../terminal/format.ts'
import { note, print, printJson } from '../terminal/output.ts'

/** Characters of a first question that a line of the list shows. */
const GLIMPSE = 50

interface Wanted {
  names: string[]
  json: boolean
}

export default defineCommand({
  meta: { name: 'conversations', description: 'List, show, delete and export the conversations that -c keeps' },
  args: {
    action: { type: 'positional', required: false, description: 'list (default), show, delete or export' },
    name: { type: 'positional', required: false, description: 'Which ones; "last" is the one without a name' },
    json: { type: 'boolean', description: 'As JSON; an export is Markdown without it' },
  },
  async run({ args }): Promise<ExitCode> {
    const [action = 'list', ...names] = args._
    if (!Object.hasOwn(ACTIONS, action)) throw usageError(`conversations has no '${visibleLine(action)}'`, 'one of list, show, delete, export')
    if (action !== 'list' && names.length === 0) throw usageError(`which conversation? ${command} conversations ${action} <name>`)
    await ACTIONS[action]!({ names, json: args.json ?? false })
    return exitCodes.ok
  },
})

const ACTIONS: Record<string, (wanted: Wanted) => Promise<void>> = {
  list: async ({ json }) => {
    const entries = listConversations(process.env)
    if (json) return printJson(entries)
    if (entries.length === 0) return note(`None is kept; ${command} ask -c keeps one.`)
    const rows = entries.map(({ name, model, questions, updated, begins }) => [name, model ?? '-', String(questions), shortTime(updated), glimpse(begins)])
    await print(`${formatTable([['NAME', 'MODEL', 'QUESTIONS', 'LAST', 'BEGINS'], ...rows])}\n`)
  },
  show: write,
  export: write,
  delete: async ({ names }) => {
    for (const name of names) {
      deleteConversation(process.env, name)
      note(`${name} is deleted.`)
    }
  },
}

async function write({ names, json }: Wanted): Promise<void> {
  const found = names.map((name) => ({ name, ...findConversation(process.env, name) }))
  if (json) return printJson(found.length === 1 ? found[0] : found)
  await print(found.map(({ messages }) => toMarkdown(messages)).join('\n'))
}

/** Minutes, in the user's own time. */
function shortTime(iso: string): string {
  return new Date(iso).toLocaleString('sv-SE', { dateStyle: 'short', timeStyle: 'short' })
}

function glimpse(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length > GLIMPSE ? `${line.slice(0, GLIMPSE - 1)}…` : line
}
