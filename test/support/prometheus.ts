import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Whether Debian's `prometheus` is installed. */
export const hasPromtool = isThere('promtool')

function isThere(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

export interface TestPrometheus {
  /** The values of a query's result by their labels; none until something was scraped. */
  query(query: string): Promise<{ metric: Record<string, string>; value: [number, string] }[]>
  stop(): Promise<void>
}

/** A real Prometheus that scrapes a daemon each second. @param key for the daemon */
export async function startPrometheus(url: string, key: string): Promise<TestPrometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'prometheus-'))
  const { host } = new URL(url)
  const config = {
    global: { scrape_interval: '1s', scrape_timeout: '1s' },
    scrape_configs: [{ job_name: 'bridge', authorization: { credentials: key }, static_configs: [{ targets: [host] }] }],
  }
  // JSON is YAML.
  writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(config))
  const own = `127.0.0.1:${await freePort()}`
  const server = spawn(
    'prometheus',
    [`--config.file=${join(folder, 'prometheus.yml')}`, `--storage.tsdb.path=${join(folder, 'data')}`, `--web.listen-address=${own}`],
    { cwd: folder, stdio: 'ignore' },
  )
  const exited = once(server, 'exit')
  return {
    query: async (query) => {
      const answer = await fetch(`http://${own}/api/v1/query?query=${encodeURIComponent(query)}`).catch(() => undefined)
      return answer?.ok ? ((await answer.json()) as any).data.result : []
    },
    stop: async () => {
      server.kill('SIGKILL')
      await exited
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
