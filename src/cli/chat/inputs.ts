const FENCE = '"""'

/**
 * Puts the lines of a terminal or a pipe together to inputs: a backslash at its end goes on with the next line, and so
 * does all between two lines of three quotation marks.
 * @param onMore called when the input that has begun needs another line
 */
export async function* readInputs(lines: AsyncIterable<string>, onMore: () => void): AsyncGenerator<string> {
  let pending: string[] = []
  let fenced = false
  for await (const line of lines) {
    if (line.trim() === FENCE) {
      fenced = !fenced
    } else if (fenced) {
      pending.push(line)
    } else if (line.endsWith('\\')) {
      pending.push(line.slice(0, -1))
      onMore()
      continue
    } else {
      pending.push(line)
    }
    if (fenced) {
      onMore()
      continue
    }
    yield pending.join('\n')
    pending = []
  }
  // A pipe may end in the middle of one.
  if (pending.length > 0) yield pending.join('\n')
}
