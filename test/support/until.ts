/** Waits until `condition` holds; throws after `timeout` milliseconds, which are many, for a busy machine is no failure. */
export async function until(condition: () => boolean | Promise<boolean>, timeout = 30_000): Promise<void> {
  const deadline = Date.now() + timeout
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not true within ${timeout} ms: ${condition}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

/** The same. @returns milliseconds that it took */
export async function timeUntil(condition: () => boolean | Promise<boolean>, timeout?: number): Promise<number> {
  const start = Date.now()
  await until(condition, timeout)
  return Date.now() - start
}
