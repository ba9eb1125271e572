import { effect, signal } from '@preact/signals'

export type Theme = 'system' | 'light' | 'dark'

const STORED = 'ocb-theme'
const THEMES: readonly Theme[] = ['system', 'light', 'dark']

export const theme = signal<Theme>(THEMES.find((name) => name === localStorage.getItem(STORED)) ?? 'system')

/** Changes whenever colours do, for what is painted rather than styled. */
export const palette = signal(0)

export function nextTheme(): void {
  theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length]!
  localStorage.setItem(STORED, theme.value)
}

export function followTheme(): void {
  effect(() => {
    document.documentElement.dataset.theme = theme.value
    palette.value = palette.peek() + 1
  })
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => palette.value++)
}

/** A colour of the style sheet as it is now. */
export function colour(name: string): string {
  const probe = document.createElement('span')
  probe.style.color = `var(--${name})`
  document.body.append(probe)
  const value = getComputedStyle(probe).color
  probe.remove()
  return value
}
