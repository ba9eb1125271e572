// Compiles src to dist; what its types are is for `npm run typecheck`. Run by `npm install` (prepare), so that a clone and `npx github:…` need no extra step.
import { execFileSync } from 'node:child_process'
import { cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { build } from 'vite'

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
  execFileSync(process.execPath, [join(typescript, 'bin', 'tsc'), '-p', join(root, 'src'), '--noCheck', '--outDir', fresh], { stdio: 'inherit' })
  for (const asset of assets) cpSync(resolve(asset), join(fresh, 'assets', asset))
  await buildPage(join(fresh, 'ui'))
  rmSync(dist, { recursive: true, force: true })
  renameSync(fresh, dist)
} finally {
  rmSync(fresh, { recursive: true, force: true })
}

/**
 * The dashboard. Its files are served as they are compressed here, and their names have a digest of what is in them.
 * @param {string} outDir
 */
async function buildPage(outDir) {
  await build({
    configFile: false,
    root: join(root, 'src', 'ui'),
    base: '/ui/',
    logLevel: 'warn',
    // What is small enough would be written into the page, which its policy refuses.
    build: { outDir, emptyOutDir: true, assetsInlineLimit: 0, modulePreload: false, target: 'es2023', reportCompressedSize: false },
  })
  const assets = join(outDir, 'assets')
  for (const name of readdirSync(assets)) {
    const bytes = readFileSync(join(assets, name))
    writeFileSync(join(assets, `${name}.gz`), gzipSync(bytes, { level: 9 }))
    writeFileSync(join(assets, `${name}.br`), brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }))
  }
}
