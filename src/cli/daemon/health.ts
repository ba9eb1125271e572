import { z } from 'zod'
import { getSmallAnswer } from './small-answer.ts'

const healthSchema = z.object({
  status: z.literal('ok'),
  pid: z.number().int(),
  instance: z.string().min(1),
  version: z.string(),
})

export type Health = z.output<typeof healthSchema>

/** Asks who is at `url`; undefined when nobody answers in time, or it is no daemon of ours. */
export async function probe(url: string): Promise<Health | undefined> {
  try {
    return healthSchema.parse((await getSmallAnswer(`${url}/health`)).body)
  } catch {
    return undefined
  }
}
