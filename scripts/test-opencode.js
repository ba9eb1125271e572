// Runs the contract suite against published versions of opencode, each installed into a temporary folder.
//   npm run test:opencode -- 1.17.20 1.14.34
import { spawnSync } from 'node:child_process'
import { pickExecutable, withPublished } from './published.js'

/** What a client sees: every format, streamed and whole, with tools, errors and cancels; and all lanes. */
const SUITE = ['--project', 'serve', 'test/contract', 'test/integration/chat.test.ts', 'test/integration/tools.test.ts']

const versions = process.argv.slice(2)
if (versions.length === 0) {
  console.error('usage: npm run test:opencode -- <version>…')
  process.exit(2)
}

let failed = false
for (const version of versions) {
  console.error(`\nopencode ${version}`)
  const status = await withPublished([`opencode-ai@${version}`], async (modules) => {
    const binary = pickExecutable(modules, paths())
    const env = { ...process.env, TEST_OPENCODE: binary }
    return spawnSync('npx', ['vitest', 'run', '--config', 'test/vitest.config.ts', ...SUITE], { stdio: 'inherit', env, shell: process.platform === 'win32' })
      .status
  })
  failed ||= status !== 0
}
process.exit(failed ? 1 : 0)

function paths() {
  const windows = process.platform === 'win32'
  const base = `opencode-${windows ? 'windows' : process.platform}-${process.arch}`
  return ['', '-baseline', '-musl', '-baseline-musl'].map((kind) => `${base}${kind}/bin/opencode${windows ? '.exe' : ''}`)
}
