import { expect, test } from 'vitest'
import { calledAs } from '../../../src/cli/command-line/called-as.ts'

const npm = 'npm/11.6.0 node/v26.0.0 linux x64 workspaces/false'

test.each([
  ['/usr/local/bin/ocb', {}, 'ocb', 'ocb'],
  ['/usr/local/bin/opencode-bridge', {}, 'opencode-bridge', 'opencode-bridge'],
  ['/home/me/bin/bridge', {}, 'bridge', 'bridge'],
  ['/home/me/.npm/_npx/0f/node_modules/.bin/opencode-bridge', { npm_config_user_agent: npm, npm_command: 'exec' }, 'npx opencode-bridge', 'opencode-bridge'],
  ['/work/node_modules/.bin/ocb', { npm_config_user_agent: npm, npm_command: 'exec' }, 'npx opencode-bridge', 'opencode-bridge'],
  ['/home/me/.npm/_npx/0f/node_modules/.bin/opencode-bridge', {}, 'npx opencode-bridge', 'opencode-bridge'],
  ['C:\\npm-cache\\_npx\\0f\\node_modules\\opencode-bridge\\bin\\opencode-bridge.js', { npm_command: 'exec' }, 'npx opencode-bridge', 'opencode-bridge'],
  ['/cache/pnpm/dlx/1/2/node_modules/.bin/ocb', { npm_config_user_agent: 'pnpm/10.1.0 npm/? node/v22' }, 'pnpm dlx opencode-bridge', 'opencode-bridge'],
  ['/tmp/bunx-0-opencode-bridge@latest/node_modules/.bin/opencode-bridge', { npm_config_user_agent: 'bun/1.3.1' }, 'bunx opencode-bridge', 'opencode-bridge'],
  // Started by a program that was itself run by npx.
  ['/usr/local/bin/ocb', { npm_config_user_agent: npm, npm_command: 'exec' }, 'ocb', 'ocb'],
  // By a file that names the script, as on Windows.
  ['/usr/lib/node_modules/opencode-bridge/bin/opencode-bridge.js', {}, 'opencode-bridge', 'opencode-bridge'],
  // From a clone, by hand or by `npm start`.
  ['/clone/bin/opencode-bridge.js', { npm_config_user_agent: npm, npm_command: 'start' }, 'node bin/opencode-bridge.js', 'opencode-bridge'],
  ['/my clone/bin/opencode-bridge.js', {}, 'node "/my clone/bin/opencode-bridge.js"', 'opencode-bridge'],
  // Its parts in another program.
  ['/clone/node_modules/vitest/vitest.mjs', { npm_command: 'exec' }, 'opencode-bridge', 'opencode-bridge'],
  ['', {}, 'opencode-bridge', 'opencode-bridge'],
])('%s with %o is %s', (script, env, command, program) => {
  expect(calledAs({ script, env, cwd: '/clone' })).toEqual({ command, program })
})
