import { useEffect, useRef } from 'preact/hooks'

/** By the names of the query. */
export type FilterValues = Partial<Record<(typeof TEXTS)[number][0] | 'outcome', string>>

const TEXTS = [
  ['model', 'Model'],
  ['key', 'Key'],
  ['program', 'Program'],
] as const

const OUTCOMES = ['finished', 'cancelled', 'timeout', 'error'] as const

/** Milliseconds of silence after which what was typed is meant. */
const SILENCE = 300

export function toQuery(values: FilterValues): string {
  return Object.entries(values)
    .map(([name, value]) => `&${name}=${encodeURIComponent(value)}`)
    .join('')
}

export function Filters({ values, onChange }: { values: FilterValues; onChange(values: FilterValues): void }) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const change = (name: keyof FilterValues, value: string) => {
    const { [name]: _, ...others } = values
    onChange(value === '' ? others : { ...others, [name]: value })
  }
  return (
    <form class="filters" role="search" aria-label="Filter requests" onSubmit={(event) => event.preventDefault()}>
      {TEXTS.map(([name, title], index) => (
        <input
          key={name}
          type="search"
          aria-label={title}
          placeholder={title}
          data-filter={index === 0 ? '' : undefined}
          onInput={({ currentTarget: { value } }) => {
            clearTimeout(timer.current)
            timer.current = setTimeout(() => change(name, value.trim()), SILENCE)
          }}
        />
      ))}
      <select aria-label="Outcome" value={values.outcome ?? ''} onChange={(event) => change('outcome', event.currentTarget.value)}>
        <option value="">Any outcome</option>
        {OUTCOMES.map((outcome) => (
          <option key={outcome} value={outcome}>
            {outcome}
          </option>
        ))}
      </select>
    </form>
  )
}
