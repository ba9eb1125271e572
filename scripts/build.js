// Compiles src to dist. Run by `npm install` (prepare), so that a clone and `npx github:…` need no extra step.
import { execFileSync } from 'node:child_process'
import { cpSync, renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const { resolve } = createRequire(import.meta.url)
const typescript = dirname(resolve('typescript/package.json'))
/** What /docs and /redoc load. The packages of these files are large, so those who use the bridge get the files alone. */
const assets = [
  ...['swagger-ui-bundle.js', 'swagger-ui.css', 'LICENSE', 'NOTICE'].map((file) => `swagger-ui-dist/${file}`),
  ...['bundles/redoc.standalone.js', 'bundles/redoc.standalone.js.LICENSE.txt', 'LICENSE'].map((file) => `redoc/${file}`),
]
const dist = join(root, 'dist')
// Built beside and swapped, so that a build that fails, or one under way, leaves a working program.
const fresh = `${dist}-${process.pid}`
try {
  execFileSync(process.execPath, [join(typescript, 'bin', 'tsc'), '-p', join(root, 'src'), '--outDir', fresh], { stdio: 'inherit' })
  for (const asset of assets) cpSync(resolve(asset), join(fresh, 'assets', asset))
  rmSync(dist, { recursive: true, force: true })
  renameSync(fresh, dist)
} finally {
  rmSync(fresh, { recursive: true, force: true })
}
