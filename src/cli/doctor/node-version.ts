import { minimumNode } from '../command-line/package.ts'
import { isAtLeast } from '../../system/versions.ts'
import type { Check } from './check.ts'

/** Whether this Node is new enough. */
export function checkNode(current: string = process.versions.node): Check {
  const name = 'node'
  if (isAtLeast(current, minimumNode)) return { name, status: 'ok', detail: current }
  return { name, status: 'fail', detail: `${current} is too old`, fix: `install Node ${minimumNode} or newer` }
}
