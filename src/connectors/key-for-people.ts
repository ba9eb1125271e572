import { type Bridge, KEY_VARIABLE } from './connector.ts'

/** What a person is to type where a tool asks for a key. */
export function keyForPeople({ needsKey }: Bridge): string {
  return needsKey ? `the value of ${KEY_VARIABLE}` : 'any text, for example no-key'
}
