import { execFileSync } from 'node:child_process'

/** Builds what is stale, for the tests that run the command line as its users do. */
export default function setup(): void {
  execFileSync(process.execPath, ['scripts/setup.js'], { stdio: 'inherit' })
}
