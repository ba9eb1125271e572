// Runs the contract suite against published versions of opencode, each installed into a temporary folder.
//   npm run test:opencode -- 1.17.19 1.14.34
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { pickExecutable, withPublished } from './published.js'

/** What a client sees: every format, streamed and whole, with tools, errors and cancels; and all lanes. */
const SUITE = ['--project', 'auto', '--project', 'serve', 'test/contract', 'test/integration/chat.test.ts', 'test/integration/tools.test.ts']

const versions = process.argv.slice(2)
if (versions.length === 0) {
  console.error('usage: npm run test:opencode -- <version>…')
  process.exit(2)
}

const build = installedBuild()
let failed = false
for (const version of versions) {
  console.error(`\nopencode ${version}`)
  const status = await withPublished([`${build}@${version}`], async (modules) => {
    const binary = pickExecutable(modules, [`${build}/bin/opencode${process.platform === 'win32' ? '.exe' : ''}`])
    const env = { ...process.env, TEST_OPENCODE: binary }
    return spawnSync('npx', ['vitest', 'run', '--config', 'test/vitest.config.ts', ...SUITE], { stdio: 'inherit', env, shell: process.platform === 'win32' })
      .status
  })
  failed ||= status !== 0
}
process.exit(failed ? 1 : 0)

/** The package of opencode's build for this system, of which npm has installed the one or two that run here. */
function installedBuild() {
  const base = `opencode-${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const builds = ['', '-baseline', '-musl', '-baseline-musl'].map((kind) => base + kind)
  const build = builds.find((name) => existsSync(new URL(`../node_modules/${name}`, import.meta.url)))
  if (build === undefined) throw new Error(`none of ${builds.join(', ')} is installed`)
  return build
}
