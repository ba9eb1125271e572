import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import type { Dockerfile } from './dockerfile.ts'

const NAMESPACES = ['--mount', '--pid', '--fork', '--propagation', 'private']
const enter = fileURLToPath(new URL('../fixtures/image/enter.sh', import.meta.url))
const repository = fileURLToPath(new URL('../..', import.meta.url))
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
/** So that a network that looks into TLS can be built in, too. */
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt'

/** A Debian root that the steps of a Dockerfile were made in. */
export interface BareRoot {
  path: string
  /** Runs the image's command on a root that can only be read but for `/data` and `/tmp`. */
  start(env: Record<string, string>): Running
  remove(): Promise<void>
}

export interface Running {
  child: ChildProcess
  /** All that it wrote until now. */
  output(): string
  /** Runs a line of a shell beside it, as its user and with its environment. @returns the exit code, and what it wrote */
  beside(line: string): Promise<{ exitCode: number | undefined; all: string }>
  /** To the first process of the namespace, as `docker stop` sends it. */
  signal(name: NodeJS.Signals): void
  /** @returns the exit code */
  ended: Promise<number | null>
  kill(): Promise<void>
}

/** Makes Debian's smallest root with this Node in it, and runs the Dockerfile's steps there. Needs root and Debian's mirror. */
export async function makeBareRoot(file: Dockerfile): Promise<BareRoot> {
  const path = join(mkdtempSync(join(tmpdir(), 'bridge-image-')), 'root')
  const remove = async () => void (await execa('rm', ['-rf', dirname(path)]))
  try {
    await execa('debootstrap', ['--variant=minbase', '--include=ca-certificates,libstdc++6', file.suite, path, 'http://deb.debian.org/debian'])
    putNode(path)
    if (existsSync(CERTIFICATES)) cpSync(CERTIFICATES, join(path, CERTIFICATES))
    for (const step of file.steps) {
      if ('copy' in step) await copySources(step.copy, join(path, file.workdir))
      else await execa('unshare', [...NAMESPACES, enter, path, 'rw', '0', ...within(file, { NODE_EXTRA_CA_CERTS: CERTIFICATES }), 'sh', '-c', step.run])
    }
  } catch (error) {
    await remove()
    throw error
  }
  return { path, remove, start: (env) => start(path, file, env) }
}

/** Where the official image has them. */
function putNode(root: string): void {
  const modules = join(root, 'usr/local/lib/node_modules')
  mkdirSync(modules, { recursive: true })
  cpSync(process.execPath, join(root, 'usr/local/bin/node'))
  cpSync(join(dirname(process.execPath), '../lib/node_modules/npm'), join(modules, 'npm'), { recursive: true })
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(root, 'usr/local/bin/npm'))
}

/** What git would commit, which is what a clone's build is given. */
async function copySources(source: string, to: string): Promise<void> {
  mkdirSync(to, { recursive: true })
  const { stdout } = await execa('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', source], { cwd: repository })
  const names = stdout.split('\0').filter((name) => name !== '' && existsSync(join(repository, name)))
  for (const name of names) cpSync(join(repository, name), join(to, name))
}

/** The words that give what follows the image's environment and folder, and nothing of this machine's. */
function within(file: Dockerfile, env: Record<string, string>): string[] {
  const all = { PATH, ...file.env, ...env }
  return ['env', '-i', '-C', file.workdir, ...Object.entries(all).map(([name, value]) => `${name}=${value}`)]
}

function start(path: string, file: Dockerfile, env: Record<string, string>): Running {
  const child = spawn('unshare', [...NAMESPACES, enter, path, 'ro', file.user, ...within(file, env), ...file.command], { stdio: ['ignore', 'pipe', 'pipe'] })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => void (text += piece.toString()))
  const ended = once(child, 'close').then(([code]) => code as number | null)
  /** `unshare` waits for it, outside. */
  const first = () => {
    const pid = Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim())
    // Nobody's is 0, which signals would take for this process and its group.
    if (!(pid > 1)) throw new Error(`it has ended:\n${text}`)
    return pid
  }
  return {
    child,
    output: () => text,
    beside: async (line) => {
      const user = ['setpriv', '--reuid', file.user, '--regid', file.user, '--clear-groups']
      const namespaces = ['-t', String(first()), '--mount', '--pid', '--root', '--wd']
      const { exitCode, all } = await execa('nsenter', [...namespaces, ...user, ...within(file, env), 'sh', '-c', line], { reject: false, all: true })
      return { exitCode, all }
    },
    signal: (name) => void process.kill(first(), name),
    ended,
    kill: async () => {
      // Not `unshare`: the child's wish to end with it is gone with the change of its user.
      if (child.exitCode === null && child.signalCode === null) process.kill(first(), 'SIGKILL')
      await ended
    },
  }
}

/** Writes a file that the image's user reads. */
export function putFile(root: BareRoot, path: string, text: string): void {
  mkdirSync(dirname(join(root.path, path)), { recursive: true })
  writeFileSync(join(root.path, path), text)
}
