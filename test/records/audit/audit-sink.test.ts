import { mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { AuditSink } from '../../../src/records/audit/audit-sink.ts'
import { fileWriter } from '../../../src/records/audit/file-writer.ts'
import { httpWriter } from '../../../src/records/audit/http-writer.ts'
import type { RequestRecord } from '../../../src/records/record.ts'
import { gate } from '../../support/gate.ts'

let folder: string
const newLog = () => ({ warn: vi.fn<(message: string) => void>(), info: vi.fn<(message: string) => void>() })
let log: ReturnType<typeof newLog>
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ocb-audit-'))
  log = newLog()
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const usage = { input: 1, output: 1, cachedInput: 0, cacheWrites: 0, reasoning: 0, status: 'reported' } as const
const record = (requestId: string): RequestRecord => ({
  requestId,
  startedAt: 1,
  method: 'POST',
  path: '/v1/chat/completions',
  status: 200,
  streamed: false,
  usage,
  attempts: [],
  times: { total: 1 },
  outcome: { type: 'finished' },
})
const idsIn = (path: string) =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as RequestRecord).requestId)
const settled = (sink: AuditSink, written: number) => expect.poll(() => sink.status()).toMatchObject({ written, pending: 0 })

test('a file gets a line for each record, for its owner alone, also after it was moved away', async () => {
  const path = join(folder, 'audit.jsonl')
  const sink = new AuditSink({ write: fileWriter(path), log })
  for (const id of ['a', 'b']) sink.record(record(id))
  await settled(sink, 2)
  expect(idsIn(path)).toEqual(['a', 'b'])
  expect(statSync(path).mode & 0o777).toBe(0o600)
  renameSync(path, `${path}.1`)
  sink.record(record('c'))
  await sink.close()
  expect([idsIn(path), idsIn(`${path}.1`)]).toEqual([['c'], ['a', 'b']])
  expect(log.warn).not.toHaveBeenCalled()
})

test('a place that fails is told of once, and what waited is written when it works', async () => {
  const path = join(folder, 'later', 'audit.jsonl')
  const sink = new AuditSink({ write: fileWriter(path), retryDelay: 5, log })
  sink.record(record('a'))
  await expect.poll(() => sink.status().fault).toMatch(/ENOENT/)
  renameSync(folder, `${folder}-away`)
  const { mkdirSync } = await import('node:fs')
  mkdirSync(join(folder, 'later'), { recursive: true })
  rmSync(`${folder}-away`, { recursive: true })
  await settled(sink, 1)
  expect(sink.status().fault).toBeUndefined()
  expect(log.warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('The audit cannot be written; answers go on: ENOENT'))
  expect(log.info).toHaveBeenCalledExactlyOnceWith('The audit is written again.')
  await sink.close()
})

test('what has no room is lost, counted and said', async () => {
  const held = gate()
  const written: string[][] = []
  const sink = new AuditSink({
    write: async (records) => {
      await held.opened
      written.push([...records])
    },
    maxPending: 3,
    log,
  })
  for (const id of ['a', 'b', 'c', 'd', 'e']) sink.record(record(id))
  expect(sink.status()).toMatchObject({ pending: 3, lost: 2 })
  expect(log.warn).toHaveBeenCalledExactlyOnceWith('The audit has no room for what waits; records are lost from now on.')
  held.open()
  await settled(sink, 3)
  expect(log.info).toHaveBeenCalledExactlyOnceWith('The audit is written again; 2 records are lost.')
  expect(written.flat()).toHaveLength(3)
})

test('what cannot be written at the end is said, too', async () => {
  const sink = new AuditSink({ write: () => Promise.reject(new Error('no')), log })
  sink.record(record('a'))
  await sink.close()
  expect(sink.status()).toMatchObject({ written: 0, lost: 1 })
  expect(log.warn).toHaveBeenLastCalledWith('The audit could not be written to its end: 1 records are lost.')
})

/** Answers with each status in turn, the last of them from then on. */
async function receiver(...statuses: number[]): Promise<{ url: string; got: { body: unknown; headers: IncomingHttpHeaders }[]; server: Server }> {
  const got: { body: unknown; headers: IncomingHttpHeaders }[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => (text += chunk.toString()))
    request.on('end', () => {
      got.push({ body: JSON.parse(text), headers: request.headers })
      response.writeHead(statuses[Math.min(got.length, statuses.length) - 1]!, { location: '/elsewhere' }).end('secret words of the receiver')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/audit`, got, server }
}

test('a URL gets lists, with its headers, again after a failure; what it will never take is lost', async () => {
  const { url, got, server } = await receiver(200, 503, 307, 200, 413, 200)
  let token = 0
  const write = httpWriter({ url, headers: async () => ({ authorization: `Bearer ${++token}` }), fetch })
  const sink = new AuditSink({ write, retryDelay: 5, log })
  sink.record(record('a'))
  await settled(sink, 1)
  sink.record(record('b'))
  await settled(sink, 2)
  sink.record(record('c'))
  await expect.poll(() => sink.status()).toMatchObject({ lost: 1, pending: 0 })
  sink.record(record('d'))
  await settled(sink, 3)
  await sink.close()
  server.close()
  expect(got.map(({ body }) => (body as RequestRecord[]).map(({ requestId }) => requestId))).toEqual([['a'], ['b'], ['b'], ['b'], ['c'], ['d']])
  expect(got.map(({ headers }) => headers.authorization)).toEqual([1, 2, 3, 4, 5, 6].map((count) => `Bearer ${count}`))
  const said = JSON.stringify(log.warn.mock.calls)
  expect(said).toContain('the receiver answered with HTTP 503')
  expect(said).toContain('The audit has lost 1 records: the receiver answered with HTTP 413')
  expect(said).not.toContain('secret')
})

test('a URL that nobody listens at is told of without its address', async () => {
  const { url, server } = await receiver(200)
  await new Promise((resolve) => server.close(resolve))
  const sink = new AuditSink({ write: httpWriter({ url: `${url}?key=secret`, headers: async () => ({}), fetch }), log })
  sink.record(record('a'))
  await expect.poll(() => sink.status().fault).toBe('the receiver cannot be reached (ECONNREFUSED)')
  await sink.close()
  expect(JSON.stringify(log.warn.mock.calls)).not.toContain('secret')
})
