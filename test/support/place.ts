import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where a daemon under test lives. */
export interface Place {
  home: string
  /** Of the upstream that was here last, to take again; 0 for the first. */
  port: number
  /** Tells the next one here which port the upstream got. */
  keepPort(port: number): void
  /** Removes the home. */
  leave(): void
}

/** Where the daemon keeps what it found out of opencode's configuration. */
const CACHE = '.cache/opencode-bridge'

/**
 * An empty home, the same one again for the next test file, and with it an upstream's port: to find out what opencode makes of a
 * configuration takes a start of 3 CPU seconds, and only the same configuration, in the same folders, is known already.
 * @param known false where that start is what is tested, or opencode is another one
 */
export function takePlace(known = true): Place {
  const run = process.env.TEST_RUN
  if (run === undefined) {
    const home = mkdtempSync(join(tmpdir(), 'bridge-test-'))
    return { home, port: 0, keepPort: () => {}, leave: () => remove(home) }
  }
  const name = freeName(run)
  const home = join(run, name)
  const ports = join(run, `${name}.port`)
  const shared = join(run, 'found')
  if (known && existsSync(shared)) cpSync(shared, join(home, CACHE), { recursive: true })
  return {
    home,
    port: existsSync(ports) ? Number(readFileSync(ports, 'utf8')) : 0,
    keepPort: (port) => writeFileSync(ports, String(port)),
    leave: () => {
      if (known) keepFound(join(home, CACHE), shared)
      remove(home)
    },
  }
}

/**
 * A folder for what a file of tests shares, made while it is loaded: it goes with the run, also where a filter leaves no test
 * in the file, and so nothing that would remove it.
 */
export function makeFolder(prefix: string): string {
  return realpathSync(mkdtempSync(join(process.env.TEST_RUN ?? tmpdir(), prefix)))
}

/** The first that no other daemon of this worker is in. */
function freeName(run: string): string {
  for (let number = 0; ; number++) {
    const name = `${process.env.VITEST_POOL_ID}-${number}`
    try {
      mkdirSync(join(run, name))
      return name
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

function keepFound(cache: string, shared: string): void {
  if (!existsSync(cache)) return
  const files = readdirSync(cache).filter((file) => /^models-\w+\.json$/.test(file))
  for (const file of files) if (!existsSync(join(shared, file))) cpSync(join(cache, file), join(shared, file))
}

function remove(home: string): void {
  rmSync(home, { recursive: true, force: true })
}
