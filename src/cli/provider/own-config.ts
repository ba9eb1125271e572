import { existsSync } from 'node:fs'
import { extname, join } from 'node:path'
import { loadConfig } from '../../config/load.ts'
import { configHome } from '../../system/user-folders.ts'
import { readText, takeBack, writeWithBackup } from '../written-file.ts'
import { CliError, usageError } from '../command-line/failure.ts'
import { editorFor } from './edit-blocks.ts'

const EXTENSIONS = ['.toml', '.yaml', '.yml', '.json', '.jsonc']
const CODE = ['.js', '.ts', '.mjs', '.cjs', '.mts', '.cts']

/** The file that blocks are written into: the one that is there, or is named, else a new one. */
export function ownConfigFile(named: string | undefined): string {
  if (named !== undefined) return named
  const at = (extension: string) => join(configHome(process.env), 'opencode-bridge', `config${extension}`)
  return [...CODE, ...EXTENSIONS].map(at).find((path) => existsSync(path)) ?? at('.toml')
}

/**
 * Edits the configuration, which must be valid afterwards; else it is as it was.
 * @throws CliError
 */
export async function editOwnConfig(path: string, edit: (editor: NonNullable<ReturnType<typeof editorFor>>, text: string) => string): Promise<void> {
  const editor = editorFor(extname(path))
  if (editor === undefined) throw new CliError(`${path} is code, or of a format that is not edited`, { hint: 'without --write, the block is printed' })
  let edited: string
  try {
    edited = edit(editor, readText(path) ?? '')
  } catch (error) {
    throw new CliError(`${path} cannot be edited: ${(error as Error).message}`, { hint: 'without --write, the block is printed' })
  }
  writeWithBackup(path, edited)
  try {
    await loadConfig({ cwd: process.cwd(), env: process.env, configFile: path })
  } catch (error) {
    takeBack(path)
    throw usageError(`${(error as Error).message}; ${path} is as it was`)
  }
}
