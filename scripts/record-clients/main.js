// Records what real clients send: installs them from npm into a temporary folder, lets each talk to a provider on
// loopback, and writes the bodies to test/fixtures/clients. Run by hand, to see what clients send by now:
//   node scripts/record-clients/main.js [--only codex,openai-sdk] [--packages folder-to-keep-them-in]
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { clients } from './clients/index.js'
import { createHome } from './home.js'
import { installPackages } from './install.js'
import { startRecorder } from './recorder.js'
import { createScrubber } from './scrub.js'
import { clearFixtures, writeFixture } from './fixtures.js'

/** Over an agent's own limit. */
const ACT_TIMEOUT = 150_000

const { values } = parseArgs({ options: { only: { type: 'string' }, packages: { type: 'string' } } })
const root = mkdtempSync(join(tmpdir(), 'opencode-bridge-record-'))
const packages = resolve(values.packages ?? join(root, 'packages'))
const chosen = values.only === undefined ? clients : clients.filter(({ client }) => values.only.split(',').includes(client))
if (chosen.length === 0) throw new Error(`--only ${values.only}: must be of ${clients.map(({ client }) => client).join(', ')}`)

keepLibrariesOffline()
try {
  for (const module of chosen) await recordClient(module).catch((error) => say(`${module.client}: ${error.stack}`))
} finally {
  rmSync(root, { recursive: true, force: true, maxRetries: 5 })
}

/** @param {import('./clients/index.js').ClientModule} module */
async function recordClient({ client, packages: names, record }) {
  const folder = join(packages, client)
  mkdirSync(folder, { recursive: true })
  const installed = await installPackages(folder, names)
  const recorder = await startRecorder()
  const home = createHome(root)
  const scrub = createScrubber({ url: recorder.url, home: home.path, packages: folder })
  const recorded = []
  let { version } = installed
  try {
    version = (await record({ recorder, home, installed, url: recorder.url, keep })) ?? version
  } finally {
    home.dispose()
    await recorder.close()
  }
  // Only now, so that a client that no longer works leaves what it once sent.
  if (recorded.length > 0) clearFixtures(client)
  for (const { name, recording } of recorded) writeFixture(client, name, { version, recording: scrub(recording) })
  if (recorder.refused.length > 0) say(`${client}: answered with 404: ${[...new Set(recorder.refused)].join(', ')}`)

  /** @type {import('./clients/index.js').Context['keep']} */
  async function keep(name, act, { pick = (all) => all, ...script } = {}) {
    recorder.script = { text: 'Done.', turns: [], ...script }
    recorder.take()
    const failure = await limited(Promise.resolve().then(act)).then(
      () => undefined,
      (error) => error,
    )
    const all = recorder.take()
    const recordings = pick(all)
    // The body was sent before the client found fault with its answer.
    if (failure) say(`${client} ${name}: ${String(failure.message ?? failure).slice(0, 500)}`)
    recordings.forEach((recording, index) => recorded.push({ name: index === 0 ? name : `${name}-${index + 1}`, recording }))
    say(`${client} ${name}: ${all.map((one) => `${one.wire} ${one.body.length}${recordings.includes(one) ? '' : ' left'}`).join(', ') || 'nothing'}`)
  }
}

/** Libraries run in this process, and some would fetch from hosts of their makers; agents are held by `home.js`. */
function keepLibrariesOffline() {
  const { fetch } = globalThis
  globalThis.fetch = (input, init) => {
    const { hostname } = new URL(input.url ?? input)
    return hostname === '127.0.0.1' ? fetch(input, init) : Promise.reject(new TypeError(`${hostname} is not to be asked`))
  }
}

/** A client that waits for more than it gets is not waited for. */
async function limited(act) {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${ACT_TIMEOUT / 1000} s`)), ACT_TIMEOUT)
  })
  await Promise.race([act, late]).finally(() => clearTimeout(timer))
}

function say(message) {
  process.stderr.write(`record: ${message}\n`)
}
