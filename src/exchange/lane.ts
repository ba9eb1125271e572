import type { CallForm, KnownWire } from '../core/call.ts'
import { BridgeError } from '../core/errors.ts'
import type { Lane } from '../core/lane.ts'

/** `auto` is the first of them that can do it. */
export const LANES = ['auto', 'verbatim', 'translated', 'session'] as const
export type LaneSetting = (typeof LANES)[number]

/** Says which lane a request wants, beside the setting. */
export const LANE_HEADER = 'x-bridge-lane'

export interface LaneQuestion {
  /** How the model's provider is called, where that is known. */
  form: CallForm | undefined
  /** The client's format, where a provider may speak the same. */
  wire: KnownWire | undefined
  /** Whether the bridge has nothing to add to or to take from the answer. */
  asItIs: boolean
  wanted: LaneSetting
}

/** @throws BridgeError 400 where the lane that is wanted cannot do it */
export function chooseLane({ form, wire, asItIs, wanted }: LaneQuestion): Lane {
  const able: Lane[] = [...(form && form.wire === wire && asItIs ? (['verbatim'] as const) : []), ...(form ? (['translated'] as const) : []), 'session']
  if (wanted === 'auto') return able[0]!
  if (able.includes(wanted)) return wanted
  const why =
    form === undefined
      ? 'opencode does not show how the model’s provider is called'
      : 'the provider speaks another format, or the bridge has a part in the answer'
  throw new BridgeError(`This request cannot take the lane '${wanted}': ${why}. Use 'auto'.`, { code: 'unsupported_value', status: 400, param: LANE_HEADER })
}

/** @throws BridgeError 400 for a header that names no lane */
export function parseLane(header: string | null): LaneSetting | undefined {
  if (header === null || header === '') return undefined
  const lane = LANES.find((name) => name === header.trim().toLowerCase())
  if (lane) return lane
  throw new BridgeError(`Invalid value for the header '${LANE_HEADER}'. Expected one of ${LANES.join(', ')}.`, {
    code: 'invalid_value',
    status: 400,
    param: LANE_HEADER,
  })
}
