import { ask, key } from './api.ts'

/** Saves what a path answers with. A link sends no key, so with one the page fetches it itself. */
export async function download(path: string, name: string): Promise<void> {
  const link = document.createElement('a')
  link.download = name
  link.href = key.value === '' ? path : URL.createObjectURL(await (await ask(path)).blob())
  link.click()
  if (key.value !== '') setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
