import { endSignals, type EndSignal } from '../command-line/exit-codes.ts'

/** From now on, signals that would end the process resolve these promises instead. */
export function catchEndSignals(): { first: Promise<EndSignal>; second: Promise<EndSignal> } {
  const waiting: Array<(name: EndSignal) => void> = []
  const next = () => new Promise<EndSignal>((resolve) => waiting.push(resolve))
  const signals = { first: next(), second: next() }
  for (const name of endSignals) process.on(name, () => waiting.shift()?.(name))
  return signals
}
