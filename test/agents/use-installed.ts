import { afterAll, beforeAll } from 'vitest'
import { type InstalledPackage, installPackage } from './install.ts'

/** A package that is installed before the tests around it and removed after them. */
export function useInstalled(name: string): () => InstalledPackage {
  let installed: InstalledPackage | undefined
  beforeAll(async () => {
    installed = await installPackage(name)
    console.log(`${name} ${installed.version}`)
  })
  afterAll(() => installed?.dispose())
  return () => installed!
}
