import { addUsage, NO_USAGE, type Usage } from '../core/usage.ts'
import type { RecordedUsage, UsageStatus } from './record.ts'

/** Of a call that nobody charges for. */
export const NOTHING_USED: RecordedUsage = { ...NO_USAGE, status: 'reported' }

/** @param whole whether the provider has nothing more to tell */
export function asTold(told: Usage | undefined, whole: boolean): RecordedUsage {
  if (!told) return { ...NO_USAGE, status: 'none' }
  return { ...told, status: whole ? 'reported' : 'partial' }
}

/** What several used together; where somebody told nothing, there may be more. */
export function sumUsage(usages: readonly RecordedUsage[]): RecordedUsage {
  const sum = usages.reduce<Usage>((total, { status: _status, ...usage }) => addUsage(total, usage)!, NO_USAGE)
  return { ...sum, status: statusOf(new Set(usages.map(({ status }) => status)), sum) }
}

function statusOf(statuses: ReadonlySet<UsageStatus>, sum: Usage): UsageStatus {
  if (statuses.size === 0) return 'reported'
  if (statuses.size === 1) return [...statuses][0]!
  // One that was refused beside one that told nothing.
  return sum.input + sum.output > 0 ? 'partial' : 'none'
}
