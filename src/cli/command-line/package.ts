import { readFileSync } from 'node:fs'

interface Package {
  version: string
  engines: { node: string }
  dependencies: Record<string, string>
}

const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as Package

export const version = manifest.version

/** The lowest version of Node that is supported. */
export const minimumNode = manifest.engines.node.replace(/^\D+/, '')

/** The version of opencode that the bridge is tested with. */
export const testedOpencode = manifest.dependencies['opencode-ai'] ?? ''
