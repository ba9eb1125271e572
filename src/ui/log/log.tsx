import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { log } from '../live/connection.ts'
import { clock } from '../parts/format.ts'
import { Choice } from '../parts/small.tsx'

const LEVELS = [
  ['all', 'All'],
  ['warn', 'Warnings'],
  ['error', 'Errors'],
] as const

type Level = (typeof LEVELS)[number][0]

const SHOWN: Record<Level, ReadonlySet<string>> = {
  all: new Set(['debug', 'info', 'warn', 'error']),
  warn: new Set(['warn', 'error']),
  error: new Set(['error']),
}

/** The tail of the log. */
export function Log() {
  const level = useSignal<Level>('all')
  const text = useSignal('')
  const follows = useSignal(true)
  const frame = useRef<HTMLDivElement>(null)
  const wanted = text.value.toLowerCase()
  const lines = log.value.filter((line) => SHOWN[level.value].has(line.level) && line.text.toLowerCase().includes(wanted))
  const last = lines.at(-1)?.number
  useEffect(() => {
    if (follows.value && frame.current) frame.current.scrollTop = frame.current.scrollHeight
  }, [last, follows.value])
  return (
    <>
      <div class="toolbar">
        <Choice label="Level" options={LEVELS} value={level.value} onChange={(value) => (level.value = value)} />
        <input
          type="search"
          aria-label="Filter lines"
          placeholder="Filter"
          data-filter
          value={text.value}
          onInput={(event) => (text.value = event.currentTarget.value)}
        />
        <label class="check">
          <input type="checkbox" role="switch" checked={follows.value} onChange={(event) => (follows.value = event.currentTarget.checked)} />
          <span>Follow</span>
        </label>
      </div>
      <div class="panel log" ref={frame} tabIndex={0} role="log" aria-label="Log of the daemon" aria-live="off">
        {lines.length === 0 ? (
          <p class="empty">No line is like that.</p>
        ) : (
          lines.map((line) => (
            <p key={line.number} class={`line ${line.level}`}>
              <time>{clock(line.time)}</time>
              <span class="line-level">{line.level}</span>
              <span>{line.text}</span>
            </p>
          ))
        )}
      </div>
    </>
  )
}
