// Makes a clone runnable and starts the daemon.
import { fileURLToPath } from 'node:url'
import './setup.js'

// npm hands a signal to the shell that it runs this in, which ends and keeps it to itself: the daemon would be left behind.
const shell = process.ppid
const watch = setInterval(() => {
  if (process.ppid === shell) return
  clearInterval(watch)
  process.kill(process.pid, 'SIGTERM')
}, 500).unref()

const script = new URL('../bin/opencode-bridge.js', import.meta.url)
process.argv.splice(1, 1, fileURLToPath(script), 'start')
await import(script.href)
