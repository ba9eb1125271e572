import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

interface Locked {
  version?: string
  optionalDependencies?: Record<string, string>
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
  resolved?: string
}

const read = (name: string) => JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')) as Record<string, any>
const packages = read('package-lock.json').packages as Record<string, Locked>

/** Where Node would find a package for another one. */
function installed(from: string, name: string): Locked | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const found = packages[`${folder}${folder === '' ? '' : '/'}node_modules/${name}`]
    if (found || folder === '') return found
  }
}

test('it says of every package what package.json does', () => {
  const { dependencies, devDependencies } = read('package.json') as Locked
  expect(packages['']).toMatchObject({ dependencies, devDependencies })
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) expect(packages[`node_modules/${name}`]?.version, name).toBe(version)
})

// npm leaves out what it could not see, and then an installation elsewhere has no opencode.
test('it has the builds for every system, not only for the one that it was made on', () => {
  const missing = Object.entries(packages)
    .filter(([path]) => path !== '')
    .flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies)
        .filter((name) => !installed(path, name))
        .map((name) => `${path} → ${name}`),
    )
  expect(missing).toEqual([])
})

test('it names no registry', () => {
  expect(Object.values(packages).filter(({ resolved }) => resolved?.includes('registry'))).toEqual([])
})
