// Compiles src to dist. Run by `npm install` (prepare), so that a clone and `npx github:…` need no extra step.
import { execFileSync } from 'node:child_process'
import { renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const typescript = dirname(createRequire(import.meta.url).resolve('typescript/package.json'))
const dist = join(root, 'dist')
// Built beside and swapped, so that a build that fails, or one under way, leaves a working program.
const fresh = `${dist}-${process.pid}`
try {
  execFileSync(process.execPath, [join(typescript, 'bin', 'tsc'), '-p', join(root, 'src'), '--outDir', fresh], { stdio: 'inherit' })
  rmSync(dist, { recursive: true, force: true })
  renameSync(fresh, dist)
} finally {
  rmSync(fresh, { recursive: true, force: true })
}
