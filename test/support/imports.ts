import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const SRC = fileURLToPath(new URL('../../src', import.meta.url))

/** One import of a source file of ours. */
export interface Import {
  /** Below `src`, with slashes. */
  file: string
  /** A file below `src`, or a package's name; `node` for every module of Node's own. */
  target: string
  isPackage: boolean
}

/** Statements with `from`, those for their effect, and calls of `import`; a type's import counts as any other. */
const IMPORT = /^(?:import|export)\b[^'"`]*?\bfrom '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm

/** Every import of every source file. */
export function importsOfSources(): Import[] {
  const entries = readdirSync(SRC, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name)).map((entry) => join(entry.parentPath, entry.name))
  return files.flatMap((file) => importsOf(below(file), readFileSync(file, 'utf8')))
}

/** @param file below `src` */
export function importsOf(file: string, text: string): Import[] {
  return [...text.matchAll(IMPORT)].map(([, from, effect, call]) => {
    const specifier = (from ?? effect ?? call)!
    return specifier.startsWith('.')
      ? { file, target: below(resolve(SRC, dirname(file), specifier)), isPackage: false }
      : { file, target: packageOf(specifier), isPackage: true }
  })
}

function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return 'node'
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

function below(path: string): string {
  return relative(SRC, path).split(sep).join('/')
}
