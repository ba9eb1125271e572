import type { CallForm } from '../core/call.ts'
import type { Model } from '../core/model.ts'
import type { Prompt } from '../core/prompt.ts'
import type { Protocol } from '../protocols/protocol.ts'
import { adapt } from '../wires/adapt.ts'
import { wireFormats } from '../wires/index.ts'
import type { Adapted } from '../wires/shared/adapted.ts'
import type { OriginOf } from './recollection/caller-memory.ts'

type Json = Readonly<Record<string, unknown>>

/** What all changes to a body depend on that is passed on to a provider of its own format. */
export interface VerbatimBody {
  protocol: Pick<Protocol, 'restoreTokens'>
  /** As the client sent it. */
  body: Json
  /** What the format itself keeps in its place, see `Protocol.pass`. */
  kept: Json
  originOf: OriginOf
  /** The same conversation with what is remembered of it; undefined where only the provider understands it. */
  prompt: Prompt | undefined
}

/** All that changes, for one model. */
export function verbatimChanges({ protocol, body, kept, originOf, prompt }: VerbatimBody, model: Model, form: CallForm): Adapted {
  const before = { ...body, ...kept }
  const restored = { ...kept, ...protocol.restoreTokens?.(before, { model: model.id, originOf }) }
  const adapted = adapt({ ...body, ...restored }, form)
  const written = { ...restored, ...adapted.changes }
  const mended = wireFormats[form.wire].mendHistory({ ...body, ...written }, prompt, { model, form })
  return {
    changes: { ...written, ...mended.changes },
    // What the user's configuration asks for is no client's business.
    ignored: [...adapted.ignored, ...mended.ignored.filter((name) => body[name] != null)],
  }
}

/** The tokens in a body that stand in their vendor's own fields, by the names that `OriginOf` knows. */
export function tokensIn({ protocol, body, kept }: Pick<VerbatimBody, 'protocol' | 'body' | 'kept'>, model: string): string[] {
  const names: string[] = []
  const originOf = (name: string) => {
    names.push(name)
    return undefined
  }
  protocol.restoreTokens?.({ ...body, ...kept }, { model, originOf })
  return names
}
