import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import type { ServicePlan } from '../../service/plan.ts'
import { dataHome, type Environment } from '../../system/user-folders.ts'

const installedSchema = z.object({ node: z.string(), script: z.string(), log: z.string() })

/** What an installed service runs, and where its log is, whatever the format of its manager's files. */
export type Installed = z.output<typeof installedSchema>

/** Undefined where nothing is noted. */
export function readInstalled(env: Environment): Installed | undefined {
  try {
    return installedSchema.parse(JSON.parse(readFileSync(pathOf(env), 'utf8')))
  } catch {
    return undefined
  }
}

export function noteInstalled(env: Environment, { node, script, log }: ServicePlan): void {
  mkdirSync(dirname(pathOf(env)), { recursive: true })
  writeFileSync(pathOf(env), `${JSON.stringify({ node, script, log }, undefined, 2)}\n`, { mode: 0o600 })
}

export function forgetInstalled(env: Environment): void {
  rmSync(pathOf(env), { force: true })
}

function pathOf(env: Environment): string {
  return join(dataHome(env), 'opencode-bridge', 'service.json')
}
