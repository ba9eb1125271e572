import { readFileSync } from 'node:fs'

interface Package {
  version: string
  engines: { node: string }
}

const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as Package

export const version = manifest.version

/** The lowest version of Node that is supported. */
export const minimumNode = manifest.engines.node.replace(/^\D+/, '')
