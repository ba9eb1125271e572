// What is published installs the versions that were tested, of what it needs and of what that needs: npm takes them from
// `npm-shrinkwrap.json`, which it packs with a program. In the repository the same file is `package-lock.json`.
import { copyFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const pinned = join(root, 'npm-shrinkwrap.json')

if (process.argv.includes('--undo')) rmSync(pinned, { force: true })
else copyFileSync(join(root, 'package-lock.json'), pinned)
