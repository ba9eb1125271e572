import { isDeepStrictEqual } from 'node:util'
import { parseTOML } from 'confbox/toml'
import { editJson } from '../../connectors/edit-json.ts'
import { editToml } from '../../connectors/edit-toml.ts'
import { editYaml } from '../../connectors/edit-yaml.ts'
import type { NewBlock } from './block-text.ts'

interface Editor {
  set(text: string, name: string, block: NewBlock): string
  remove(text: string, name: string): string
}

/** By the extension of the file; each keeps the comments. */
const EDITORS: Record<string, Editor> = {
  '.toml': {
    set: (text, name, block) => editToml(text, { root: {}, table: { path: ['provider', name], entries: block } }),
    remove: removeTables,
  },
  '.yaml': yaml(),
  '.yml': yaml(),
  '.json': json(),
  '.jsonc': json(),
}

/** @returns undefined for a file that is code, or of a format that is not edited */
export function editorFor(extension: string): Editor | undefined {
  return EDITORS[extension]
}

function yaml(): Editor {
  return {
    set: (text, name, block) => editYaml(text, (document) => document.setIn(['provider', name], document.createNode(block))),
    remove: (text, name) => editYaml(text, (document) => void document.deleteIn(['provider', name])),
  }
}

function json(): Editor {
  return {
    set: (text, name, block) => editJson(text, [[['provider', name], block]]),
    remove: (text, name) => editJson(text, [[['provider', name], undefined]]),
  }
}

/** Takes the table and those within it away, and what stands between their lines. */
function removeTables(text: string, name: string): string {
  const own = new RegExp(`^\\s*\\[\\[?\\s*provider\\s*\\.\\s*(?:${name}|"${name}"|'${name}')\\s*[.\\]]`)
  const kept: string[] = []
  let within = false
  // What stands before the next table is about that one.
  let between: string[] = []
  for (const line of text.split('\n')) {
    const isHeader = /^\s*\[/.test(line)
    if (isHeader) within = own.test(line)
    if (!within) kept.push(...between, line)
    if (!within || !isRemark(line)) between = []
    else between.push(line)
  }
  const edited = [...kept, ...between].join('\n')
  const before = parseTOML<Record<string, any>>(text)
  const { [name]: _removed, ...rest } = before.provider ?? {}
  const after = parseTOML<Record<string, any>>(edited)
  const same = isDeepStrictEqual(plain({ ...before, provider: rest }), plain({ ...after, provider: after.provider ?? {} }))
  if (!same) throw new Error('it is written in a way that cannot be edited safely')
  return edited
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

function isRemark(line: string): boolean {
  return /^\s*(#.*)?\r?$/.test(line)
}
