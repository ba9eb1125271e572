/** Numbers as people read them, in the language of the page. */
const WHOLE = new Intl.NumberFormat('en')
const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })
const TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const DATE = new Intl.DateTimeFormat('en-GB', { day: '2-digit', month: 'short' })

export const NOTHING = '–'

export function whole(value: number): string {
  return WHOLE.format(value)
}

export function compact(value: number): string {
  return value < 10_000 ? WHOLE.format(Math.round(value)) : COMPACT.format(value)
}

/** @param milliseconds of a wait */
export function milliseconds(value: number | null | undefined): string {
  if (value === null || value === undefined) return NOTHING
  if (value < 1000) return `${Math.round(value)} ms`
  if (value < 60_000) return `${(value / 1000).toFixed(value < 10_000 ? 2 : 1)} s`
  return age(value)
}

/** @param value milliseconds of a life */
export function age(value: number): string {
  const seconds = Math.max(0, Math.floor(value / 1000))
  if (seconds < 60) return `${seconds}s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${String(seconds % 60).padStart(2, '0')}s`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h ${String(Math.floor((seconds % 3600) / 60)).padStart(2, '0')}m`
  return `${Math.floor(seconds / 86_400)}d ${Math.floor((seconds % 86_400) / 3600)}h`
}

export function bytes(value: number | null): string {
  if (value === null) return NOTHING
  const megabytes = value / 1024 / 1024
  return megabytes < 1024 ? `${Math.round(megabytes)} MB` : `${(megabytes / 1024).toFixed(1)} GB`
}

/** A cost in USD, as the daemon tells it: an exact decimal number, or null where nobody knows it. */
export function money(value: string | null): string {
  if (value === null) return NOTHING
  const dollars = Number(value)
  if (dollars === 0) return '$0'
  if (dollars < 0.0001) return '<$0.0001'
  return `$${dollars < 0.1 ? dollars.toFixed(4) : dollars < 100 ? dollars.toFixed(2) : WHOLE.format(Math.round(dollars))}`
}

export function clock(time: number): string {
  return TIME.format(time)
}

/** With the day, unless that is today. */
export function moment(time: number): string {
  return new Date(time).toDateString() === new Date().toDateString() ? clock(time) : `${DATE.format(time)} ${clock(time).slice(0, 5)}`
}

export function day(iso: string): string {
  return DATE.format(Date.parse(`${iso}T12:00:00Z`))
}

/** `gpt-5` of `openai/gpt-5`, and what stands before it. */
export function splitModel(id: string): { provider: string; name: string } {
  const slash = id.indexOf('/')
  return slash < 0 ? { provider: '', name: id } : { provider: id.slice(0, slash), name: id.slice(slash + 1) }
}
