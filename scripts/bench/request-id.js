import { randomBytes } from 'node:crypto'

export function requestId() {
  return randomBytes(4).toString('hex')
}
