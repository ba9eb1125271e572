/** @param {object} data */
export function frame(data) {
  return `data: ${JSON.stringify(data)}\n\n`
}

/** @param {{ type: string }} data */
export function namedFrame(data) {
  return `event: ${data.type}\n${frame(data)}`
}

export const STREAM = 'text/event-stream'
export const WHOLE = 'application/json'

/** Whatever it is that only the provider can read. */
export const SEALED = Buffer.from('sealed by the provider, of no meaning to anybody else').toString('base64')
