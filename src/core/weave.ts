import type { AssistantPart } from './prompt.ts'

/** How the elements of a list stand for the parts of an answer. */
export interface Weaving<Element> {
  /** Undefined for what is none of them. */
  typeOf(element: Element): AssistantPart['type'] | undefined
  /** An element with what its part has beside it; the very one where that is there. */
  sign(element: Element, part: AssistantPart): Element
  /** The elements for a part that the list has none for. */
  write(part: AssistantPart): Element[]
}

/**
 * Puts what a list lacks of an answer where the answer has it.
 * @param elements the answer as its client sends it back, in its order
 */
export function weave<Element>(elements: readonly Element[], parts: readonly AssistantPart[], { typeOf, sign, write }: Weaving<Element>): Element[] {
  const woven: Element[] = []
  const types = elements.map(typeOf)
  let next = 0
  for (const part of parts) {
    const found = findNext(types, next, part.type)
    if (found === undefined) {
      woven.push(...write(part))
      continue
    }
    woven.push(...elements.slice(next, found), sign(elements[found]!, part))
    next = found + 1
  }
  return [...woven, ...elements.slice(next)]
}

/** A thought stands right here or nowhere, and a text behind the next call is another. */
function findNext(types: readonly (AssistantPart['type'] | undefined)[], start: number, type: AssistantPart['type']): number | undefined {
  for (let index = start; index < types.length; index++) {
    const other = types[index]
    if (other === type) return index
    if (other === 'tool-call' || (type === 'reasoning' && other === 'text')) return undefined
  }
  return undefined
}
