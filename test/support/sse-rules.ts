/**
 * How packages that cannot run here, or not in all of their versions, read server-sent events. Each gives the data of the
 * events that it reports to the code above it, which takes every one of them for JSON.
 */
export const SSE_RULES: Record<string, (text: string) => string[]> = {
  /** An empty line ends an event, whatever came before it. */
  'openai-go before 3.43': (text) => {
    const reported: string[] = []
    let data = ''
    for (const line of linesOf(text)) {
      if (line === '') {
        reported.push(data)
        data = ''
      } else if (line.startsWith('data:')) data += valueOf(line)
    }
    return reported
  },

  /** An empty line ends an event where anything of one is known, and an id is known for ever. */
  'openai-python': (text) => {
    const reported: string[] = []
    let data: string[] = []
    let event = ''
    let id = ''
    for (const line of linesOf(text)) {
      if (line === '') {
        if (event === '' && data.length === 0 && id === '') continue
        reported.push(data.join('\n'))
        data = []
        event = ''
      } else if (line.startsWith('data:')) data.push(valueOf(line))
      else if (line.startsWith('event:')) event = valueOf(line)
      else if (line.startsWith('id:')) id = valueOf(line)
    }
    return reported
  },
}

/** Google's packages, which look for `data:` and nothing else. */
export const GOOGLE_RULES: Record<string, (text: string) => string[]> = {
  /** At the beginning of what is left; also `@google/genai` 1.0. */
  '@google/generative-ai 0.24': (text) => {
    const reported: string[] = []
    let rest = text
    for (let match = FRAME.exec(rest); match !== null; match = FRAME.exec(rest)) {
      reported.push(match[1]!)
      rest = rest.slice(match[0].length)
    }
    if (rest.trim() !== '') throw new Error(`Failed to parse stream: ${rest.slice(0, 40)}`)
    return reported
  },

  /** At the beginning of what stands between two empty lines; the rest is passed over. */
  '@google/genai 2.32': (text) => {
    const frames = text.split(/\n\n|\r\r|\r\n\r\n/)
    if (frames.pop()!.trim() !== '') throw new Error('Incomplete JSON segment at the end')
    return frames.flatMap((frame) => (frame.trim().startsWith('data:') ? [frame.trim().slice('data:'.length).trim()] : []))
  },
}

const FRAME = /^data: (.*)(?:\n\n|\r\r|\r\n\r\n)/

function linesOf(text: string): string[] {
  return text.split(/\r\n|\n|\r/).slice(0, -1)
}

function valueOf(line: string): string {
  return line.slice(line.indexOf(':') + 1).replace(/^ /, '')
}
