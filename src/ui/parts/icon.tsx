/** Drawn for a square of 16, in strokes. */
const PATHS = {
  activity: 'M1.500 8h3l2-5 3 10 2-5h3',
  chart: 'M2.500 13.500v-5M6.200 13.500v-9M9.900 13.500v-7M13.500 13.500v-11',
  list: 'M5.500 4h8M5.500 8h8M5.500 12h8M2.500 4h.01M2.500 8h.01M2.500 12h.01',
  chat: 'M2.500 3.500h11v7.500h-6l-3 2.500v-2.500h-2z',
  plug: 'M5.500 1.500v3M10.500 1.500v3M3.500 4.500h9v2.500a4.500 4.500 0 0 1-9 0zM8 11.500v3',
  terminal: 'M2.500 4l3.500 4-3.500 4M8 12.500h5.500',
  sun: 'M8 5.200a2.800 2.800 0 1 0 0 5.600a2.800 2.800 0 0 0 0-5.600M8 1v1.500M8 13.500v1.500M1 8h1.500M13.500 8h1.500M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1',
  moon: 'M13.500 9.500a6 6 0 0 1-7-7 6 6 0 1 0 7 7z',
  contrast: 'M8 2a6 6 0 1 0 0 12a6 6 0 0 0 0-12M8 2v12M8 5l4.500-.5M8 8h6M8 11l4.500.5',
  book: 'M2.500 3h4a1.500 1.500 0 0 1 1.500 1.500v9a1.500 1.500 0 0 0-1.500-1.500h-4zM13.500 3h-4A1.500 1.500 0 0 0 8 4.500v9a1.500 1.500 0 0 1 1.500-1.500h4z',
  key: 'M10.500 2.500a3 3 0 1 0 0 6a3 3 0 0 0 0-6M8.300 7.700l-5.800 5.800M4.500 11.500l1.500 1.500',
  bridge: 'M1.500 11c0-4 3-6 6.500-6s6.500 2 6.500 6M1 11h14M4.500 11V7M8 11V5M11.500 11V7',
  alert: 'M8 2l6.500 11.500h-13zM8 6.500v3.200M8 11.700h.01',
  record: 'M8 2.500a5.500 5.500 0 1 0 0 11a5.500 5.500 0 0 0 0-11M8 6.500a1.500 1.500 0 1 0 0 3a1.500 1.500 0 0 0 0-3',
  stop: 'M4.500 4.500h7v7h-7z',
  copy: 'M5.500 5.500h8v8h-8zM10.500 5.500v-3h-8v8h3',
  check: 'M3 8.500l3.200 3.200L13 4.500',
  close: 'M3.500 3.500l9 9M12.500 3.500l-9 9',
  left: 'M10 3L5 8l5 5',
  right: 'M6 3l5 5-5 5',
  image: 'M2.500 3h11v10h-11zM2.500 11l3.500-3.500 3 3 1.700-1.700 2.800 2.700M10.300 6h.01',
  send: 'M8 13.500V3M3.500 7.200L8 2.700l4.500 4.500',
  plus: 'M8 3v10M3 8h10',
} as const

export type IconName = keyof typeof PATHS

export function Icon({ name }: { name: IconName }) {
  return (
    <svg
      class="icon"
      viewBox="0 0 16 16"
      width="16"
      height="16"
      fill="none"
      stroke="currentColor"
      stroke-width="1.400"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  )
}
