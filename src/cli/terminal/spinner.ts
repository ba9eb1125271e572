const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

/** Shows `text` on a terminal while the next of the items is waited for. */
export async function* spinnerBetween<T>(text: string, items: AsyncIterable<T>): AsyncGenerator<T> {
  let stop = startSpinner(text)
  try {
    for await (const item of items) {
      stop()
      yield item
      stop = startSpinner(text)
    }
  } finally {
    stop()
  }
}

/** Shows on a terminal that something is going on. Returns what ends it; calling that again does nothing. */
export function startSpinner(text: string): () => void {
  if (!process.stderr.isTTY) return () => {}
  let frame = 0
  const timer = setInterval(() => {
    process.stderr.write(`\r${FRAMES[frame++ % FRAMES.length]} ${text}`)
  }, 80)
  let running = true
  return () => {
    if (!running) return
    running = false
    clearInterval(timer)
    process.stderr.write('\r\u001B[K')
  }
}
