import type { H3Event } from 'h3'
import { keyOf } from '../access/client.ts'
import type { LimitGate } from '../access/limits/limit-gate.ts'
import type { Permit } from '../exchange/permit.ts'
import type { Protocol } from '../protocols/protocol.ts'
import { clientOf } from './admit.ts'
import { recordOf } from './event-record.ts'
import { reportLevels } from './limit-headers.ts'

/** What the limits say to a request that was let in. What it is counted by is settled with its record. */
export function permitOf(event: H3Event, limits: LimitGate, protocol?: Protocol): Permit {
  const client = clientOf(event)
  const record = recordOf(event)
  return {
    check: (model) => limits.checkModel(client, model),
    admit: async (models, asked) => {
      const settle = await limits.admit(
        client,
        models.map(({ provider }) => provider),
        () => ({ models, ...asked(), format: record.format, key: keyOf(client) }),
        (levels) => reportLevels(event, levels, protocol),
      )
      if (settle) record.whenEnded(({ attempts }) => settle(attempts, record.written))
      return settle !== undefined
    },
  }
}
