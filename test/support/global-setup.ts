import { execFileSync } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Builds what is stale, for the tests that run the command line as its users do, and makes a folder for what this run's tests share. */
export default function setup(): () => void {
  execFileSync(process.execPath, ['scripts/setup.js'], { stdio: 'inherit' })
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'bridge-run-')))
  process.env.TEST_RUN = folder
  return () => rmSync(folder, { recursive: true, force: true })
}
