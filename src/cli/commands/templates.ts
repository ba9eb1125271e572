import { defineCommand } from 'citty'
import { visibleLine } from '../../core/visible-text.ts'
import { command } from '../command-line/called-as.ts'
import { exitCodes, type ExitCode } from '../command-line/exit-codes.ts'
import { usageError } from '../command-line/failure.ts'
import { TemplateFolder } from '../templates/template-folder.ts'
import { parseTemplate } from '../templates/template.ts'
import { openEditor } from '../terminal/editor.ts'
import { formatTable } from '../terminal/format.ts'
import { note, print } from '../terminal/output.ts'

export default defineCommand({
  meta: { name: 'templates', description: 'List, show, edit and delete prompts of your own for ask -t' },
  args: {
    action: { type: 'positional', required: false, description: 'list (default), show, edit, delete, or path: the folder of them' },
    name: { type: 'positional', required: false, description: 'Which one; edit makes it where there is none' },
  },
  async run({ args }): Promise<ExitCode> {
    const folder = new TemplateFolder(process.env)
    const [action = 'list', name, ...more] = args._
    if (more.length > 0) throw usageError(`unexpected argument "${more[0]}"`)
    if (action === 'list') await list(folder)
    else if (action === 'path') await print(`${folder.path}\n`)
    else if (!Object.hasOwn(ACTIONS, action)) throw usageError(`templates has no '${visibleLine(action)}'`, 'one of list, show, edit, delete, path')
    else if (name === undefined) throw usageError(`which template? ${command} templates ${action} <name>`)
    else await ACTIONS[action]!(folder, name)
    return exitCodes.ok
  },
})

const ACTIONS: Record<string, (folder: TemplateFolder, name: string) => Promise<void>> = {
  show: async (folder, name) => print(folder.text(name)),
  edit: async (folder, name) => {
    await openEditor(folder.begin(name), process.env)
    // What is wrong is told while one remembers what was written.
    folder.read(name)
    note(`${command} ask -t ${name} uses it.`)
  },
  delete: async (folder, name) => {
    folder.delete(name)
    note(`${name} is deleted.`)
  },
}

async function list(folder: TemplateFolder): Promise<void> {
  const names = folder.names()
  if (names.length === 0) return note(`There is none yet; ${command} templates edit <name> makes one.`)
  await print(`${formatTable(names.map((name) => [name, descriptionOf(folder, name)]))}\n`)
}

/** One that is broken is in the list all the same. */
function descriptionOf(folder: TemplateFolder, name: string): string {
  try {
    return parseTemplate(folder.text(name), name).description ?? ''
  } catch {
    return '(its head is wrong)'
  }
}
