import { ofetch } from 'ofetch'
import { z } from 'zod'

const healthSchema = z.object({
  status: z.literal('ok'),
  pid: z.number().int(),
  instance: z.string().min(1),
  version: z.string(),
})

export type Health = z.output<typeof healthSchema>

const PATIENCE = 2_000

/** Asks who is at `url`; undefined when nobody answers in time, or it is no daemon of ours. */
export async function probe(url: string): Promise<Health | undefined> {
  try {
    return healthSchema.parse(await ofetch(`${url}/health`, { timeout: PATIENCE, retry: 0, redirect: 'error' }))
  } catch {
    return undefined
  }
}
