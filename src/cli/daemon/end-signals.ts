import { endSignals, type EndSignal } from '../command-line/exit-codes.ts'
import { endsOnHangup } from './hangup.ts'

/** From now on, signals that would end the process resolve these promises instead; a hangup of nobody's terminal does nothing. */
export function catchEndSignals(): { first: Promise<EndSignal>; second: Promise<EndSignal> } {
  const waiting: Array<(name: EndSignal) => void> = []
  const next = () => new Promise<EndSignal>((resolve) => waiting.push(resolve))
  const signals = { first: next(), second: next() }
  const { stdin, stdout, stderr } = process
  const hangup = endsOnHangup({ stdin: stdin.isTTY, stdout: stdout.isTTY, stderr: stderr.isTTY }, process.platform)
  for (const name of endSignals) process.on(name, () => (name === 'SIGHUP' && !hangup ? undefined : waiting.shift()?.(name)))
  return signals
}
