/** Something that waits until a test lets it go on. */
export interface Gate {
  opened: Promise<void>
  open(): void
}

/** `Promise.withResolvers` of Node 22, for one use. */
export function gate(): Gate {
  let open!: () => void
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}
