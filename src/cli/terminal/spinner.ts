const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

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
