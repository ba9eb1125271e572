import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CliError } from '../command-line/failure.ts'

/**
 * Opens a file in `$VISUAL` or `$EDITOR`, which may have arguments, and waits for its end.
 * @throws CliError when it cannot be started or says that it failed
 */
export async function openEditor(path: string, env: NodeJS.ProcessEnv): Promise<void> {
  const editor = env.VISUAL || env.EDITOR || (process.platform === 'win32' ? 'notepad' : 'vi')
  // What is on a terminal stays there, also where the answers go to a file.
  const screen = process.stdout.isTTY ? 'inherit' : 2
  const child = spawn(`${editor} ${quote(path)}`, { shell: true, stdio: ['inherit', screen, 'inherit'], env })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new CliError(`the editor (${editor}) failed`, { hint: 'set EDITOR to the one that you like' })
}

/** Lets a text be edited. The file of it is readable to its owner only, and gone afterwards. */
export async function editText(text: string, env: NodeJS.ProcessEnv): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'opencode-bridge-edit-'))
  const path = join(folder, 'question.md')
  try {
    writeFileSync(path, text, { mode: 0o600 })
    await openEditor(path, env)
    return readFileSync(path, 'utf8')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function quote(path: string): string {
  return process.platform === 'win32' ? `"${path}"` : `'${path.replaceAll("'", `'\\''`)}'`
}
