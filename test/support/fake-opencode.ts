import { fileURLToPath } from 'node:url'

/** The path of a fake opencode; each file in that folder says which fault it has. */
export function fakeOpencode(name: string): string {
  return fileURLToPath(new URL(`../fixtures/fake-opencode/${name}.js`, import.meta.url))
}
