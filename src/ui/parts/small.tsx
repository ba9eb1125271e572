import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { splitModel } from './format.ts'
import { Icon } from './icon.tsx'

/** A model's name, with its provider in a quieter voice. */
export function ModelName({ id }: { id: string | null | undefined }) {
  if (!id) return <span class="muted">no model</span>
  const { provider, name } = splitModel(id)
  return (
    <span class="model" title={id}>
      {provider !== '' && <span class="muted">{provider}/</span>}
      {name}
    </span>
  )
}

export function Figure({ label, value, more, tone }: { label: string; value: ComponentChildren; more?: ComponentChildren; tone?: string | undefined }) {
  return (
    <div class={`figure ${tone ?? ''}`}>
      <dt>{label}</dt>
      <dd>
        <span class="figure-value">{value}</span>
        {more !== undefined && <span class="figure-more">{more}</span>}
      </dd>
    </div>
  )
}

export function Panel({
  title,
  aside,
  children,
  className = '',
}: {
  title: string
  aside?: ComponentChildren
  children: ComponentChildren
  className?: string
}) {
  return (
    <section class={`panel ${className}`} aria-label={title}>
      <header class="panel-head">
        <h2>{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  )
}

/** One of a few, as buttons beside each other. */
export function Choice<T extends string>({
  label,
  options,
  value,
  onChange,
}: {
  label: string
  options: readonly (readonly [T, string])[]
  value: T
  onChange(value: T): void
}) {
  return (
    <div class="choice" role="group" aria-label={label}>
      {options.map(([name, title]) => (
        <button type="button" key={name} aria-pressed={name === value} onClick={() => onChange(name)}>
          {title}
        </button>
      ))}
    </div>
  )
}

export function CopyButton({ text, label = 'Copy' }: { text: string; label?: string }) {
  const copied = useSignal(false)
  return (
    <button
      type="button"
      class="button small quiet"
      onClick={async () => {
        await navigator.clipboard.writeText(text).catch(() => undefined)
        copied.value = true
        setTimeout(() => (copied.value = false), 1500)
      }}
    >
      <Icon name={copied.value ? 'check' : 'copy'} />
      <span aria-live="polite">{copied.value ? 'Copied' : label}</span>
    </button>
  )
}

export function CodeBlock({ text, label }: { text: string; label: string }) {
  return (
    <div class="code">
      <div class="code-head">
        <span>{label}</span>
        <CopyButton text={text} />
      </div>
      {/* A long one scrolls, which the keyboard has to reach. */}
      <pre tabIndex={0} aria-label={label}>
        {text}
      </pre>
    </div>
  )
}

/** A share of something that has an end: amber from 80 %, red at the end. */
export function Meter({ label, value, most, text }: { label: string; value: number; most: number; text: string }) {
  const share = most > 0 ? Math.min(1, value / most) : 0
  return (
    <div class="meter">
      <div class="meter-head">
        <span>{label}</span>
        <span class="muted">{text}</span>
      </div>
      <div
        class={`meter-track ${share >= 1 ? 'bad' : share >= 0.8 ? 'warn' : 'good'}`}
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share * 100)}
      >
        <div style={{ width: `${share * 100}%` }} />
      </div>
    </div>
  )
}
