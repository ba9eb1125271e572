import { readdirSync, rmSync, statSync } from 'node:fs'
import type { Environment } from '../../system/user-folders.ts'
import { CliError } from '../command-line/failure.ts'
import { command } from '../command-line/called-as.ts'
import { ConversationFile, conversationsFolder, type KeptConversation } from './conversation-file.ts'
import { textOf } from './transcript.ts'

export interface ConversationEntry {
  name: string
  model: string | null
  /** How many questions were asked. */
  questions: number
  /** When the last answer came; ISO. */
  updated: string
  /** The beginning of the first question; of a file that cannot be read, that. */
  begins: string
}

/** The conversations that are kept, the last one first. */
export function listConversations(env: Environment): ConversationEntry[] {
  const files = namesIn(env).map((name) => new ConversationFile(env, name))
  return files.map(describe).toSorted((one, other) => other.updated.localeCompare(one.updated))
}

/** @throws CliError where there is none of that name */
export function findConversation(env: Environment, name: string): KeptConversation {
  const kept = new ConversationFile(env, name).readIfThere()
  if (kept === undefined) throw unknown(name)
  return kept
}

/** @throws CliError where there is none of that name */
export function deleteConversation(env: Environment, name: string): void {
  const { path } = new ConversationFile(env, name)
  if (!namesIn(env).includes(name)) throw unknown(name)
  rmSync(path)
}

function describe(file: ConversationFile): ConversationEntry {
  const updated = statSync(file.path).mtime.toISOString()
  try {
    const { model = null, messages } = file.read()
    const questions = messages.filter(({ role }) => role === 'user')
    return { name: file.name, model, questions: questions.length, updated, begins: textOf(questions[0]?.content ?? '') }
  } catch {
    return { name: file.name, model: null, questions: 0, updated, begins: '(cannot be read)' }
  }
}

function namesIn(env: Environment): string[] {
  try {
    return readdirSync(conversationsFolder(env))
      .filter((file) => /^\w[\w.-]{0,63}\.json$/.test(file))
      .map((file) => file.slice(0, -'.json'.length))
  } catch {
    return []
  }
}

function unknown(name: string): CliError {
  return new CliError(`there is no conversation called ${name}`, { hint: `${command} conversations list shows them` })
}
