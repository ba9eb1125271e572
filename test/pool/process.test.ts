import { spawn, type ChildProcess } from 'node:child_process'
import { afterEach, expect, it, vi } from 'vitest'
import { Pool, type PoolOptions, type PoolResource } from '../../src/pool/pool.ts'

interface NodeProcess extends PoolResource {
  child: ChildProcess
}

/** A real Node process that is ready with its first output. */
function run(script: string): NodeProcess {
  const child = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'ignore'] })
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const ready = new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve())
    child.once('close', (code) => reject(new Error(`exit code ${code}`)))
  })
  return {
    child,
    ready,
    exited,
    stop: () => {
      child.kill('SIGKILL')
      return exited
    },
  }
}

const obedient = 'console.log("ready"); process.stdin.resume()'
const { signal } = new AbortController()
let pool: Pool<NodeProcess> | undefined

function processPool(create: () => NodeProcess, options: Partial<PoolOptions<NodeProcess>> = {}) {
  const errors: unknown[] = []
  pool = new Pool({
    create,
    minIdle: 1,
    maxSize: 2,
    capacity: 1,
    turnover: 'each',
    maxQueue: 8,
    acquireTimeout: 10_000,
    idleTimeout: 60_000,
    maxLifetime: 60_000,
    onError: (error) => errors.push(error),
    ...options,
  })
  return { pool, errors }
}

afterEach(() => pool?.close())

it('serves each request with a process of its own and leaves none behind', async () => {
  const { pool } = processPool(() => run(obedient))
  pool.start()
  const pids = await Promise.all(
    Array.from({ length: 6 }, async () => {
      const { child, stop } = (await pool.acquire('', signal)).resource
      expect(child.exitCode).toBeNull()
      await stop()
      return child.pid
    }),
  )
  expect(new Set(pids).size).toBe(6)
  await pool.drain()
  expect(pool.members()).toEqual([])
})

it('replaces a spare that is killed', async () => {
  const { pool } = processPool(() => run(obedient))
  pool.start()
  await vi.waitFor(() => expect(pool.status().idle).toBe(1), 5000)
  const [first] = pool.members()
  first?.resource.child.kill('SIGKILL')
  await first?.resource.exited
  const { resource: second } = await pool.acquire('', signal)
  expect(second.child.pid).not.toBe(first?.resource.child.pid)
})

it('frees the place of an acquired process that crashes', async () => {
  const { pool } = processPool(() => run(obedient), { minIdle: 0, maxSize: 1 })
  const { resource: first } = await pool.acquire('', signal)
  const second = pool.acquire('', signal)
  first.child.kill('SIGSEGV')
  expect((await second).resource.child.pid).not.toBe(first.child.pid)
})

it('rejects requests with the reason when every process crashes at its start', async () => {
  const { pool, errors } = processPool(() => run('process.exit(1)'), { minIdle: 0, maxSize: 1 })
  await expect(pool.acquire('', signal)).rejects.toThrow('exit code 1')
  expect(errors).toHaveLength(1)
  expect(pool.status().suspendedFor).toBeGreaterThan(0)
  await expect(pool.acquire('', signal)).rejects.toThrow('exit code 1')
})

it('retries for the request when only the first process crashes', async () => {
  let starts = 0
  const { pool } = processPool(() => run(starts++ === 0 ? 'process.exit(1)' : obedient), { minIdle: 0 })
  expect((await pool.acquire('', signal)).resource.child.exitCode).toBeNull()
})
