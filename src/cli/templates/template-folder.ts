import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { nearest } from '../../config/nearest.ts'
import { configHome, type Environment } from '../../system/user-folders.ts'
import { command } from '../command-line/called-as.ts'
import { usageError } from '../command-line/failure.ts'
import { parseTemplate, type Template } from './template.ts'

/** What a new template begins as. */
const SKELETON = `---
description: Summarises a text
# model: github-copilot/gpt-5-mini
system: Answer in {{language}}.
# options: { temperature: 0.2 }
# schema: title, points str[]
# extract: true
defaults: { language: English }
---
Summarise this in three sentences:

{{input}}
`

/** The prompts of a user, each a Markdown file of its own. */
export class TemplateFolder {
  readonly path: string

  constructor(env: Environment) {
    this.path = join(configHome(env), 'opencode-bridge', 'templates')
  }

  names(): string[] {
    if (!existsSync(this.path)) return []
    return readdirSync(this.path)
      .filter((file) => /^\w[\w.-]*\.md$/.test(file))
      .map((file) => file.slice(0, -'.md'.length))
      .toSorted()
  }

  /** @throws CliError where there is none of that name */
  text(name: string): string {
    this.#find(name)
    return readFileSync(this.fileOf(name), 'utf8')
  }

  /** @throws CliError where there is none of that name, or its head is wrong */
  read(name: string): Template {
    return parseTemplate(this.text(name), this.fileOf(name))
  }

  /** The file of one that is there from now on. */
  begin(name: string): string {
    const file = this.fileOf(name)
    mkdirSync(this.path, { recursive: true })
    if (!existsSync(file)) writeFileSync(file, SKELETON)
    return file
  }

  /** @throws CliError where there is none of that name */
  delete(name: string): void {
    this.#find(name)
    rmSync(this.fileOf(name))
  }

  /** @throws CliError for what cannot be the name of a file */
  fileOf(name: string): string {
    if (!/^\w[\w.-]{0,63}$/.test(name)) throw usageError(`"${name}" cannot be the name of a template`, 'letters, digits, dots, dashes and underscores can')
    return join(this.path, `${name}.md`)
  }

  #find(name: string): void {
    if (existsSync(this.fileOf(name))) return
    const meant = nearest(name, this.names())
    throw usageError(`there is no template ${name}${meant === undefined ? '' : `; did you mean ${meant}?`}`, `${command} templates edit ${name} makes one`)
  }
}
