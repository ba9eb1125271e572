import { go, SECTIONS } from './place.ts'

/** A digit goes to a section, a slash into its filter. */
export function followKeys(): () => void {
  const listen = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
    const section = SECTIONS[Number(event.key) - 1]
    if (section !== undefined) go(section)
    else if (event.key === '/') document.querySelector<HTMLElement>('[data-filter]')?.focus()
    else return
    event.preventDefault()
  }
  addEventListener('keydown', listen)
  return () => removeEventListener('keydown', listen)
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
}
