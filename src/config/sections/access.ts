import { z } from 'zod'
import { list, optional, setting, toggle } from '../setting.ts'
import { secretSource } from './providers.ts'

/** Who may ask. */
export const access = {
  // Clients know one key, so the variable that daemon and client share is singular.
  apiKeys: list([], 'Keys that clients must present; none means that every local client may call. Never an argument', {
    least: 8,
    secret: true,
    variables: ['OPENCODE_BRIDGE_API_KEY'],
  }),
  apiKeySources: setting(z.array(secretSource).default([]), {
    description:
      'Keys that clients must present and that may change: each `{ env }`, `{ file }` or `{ command, args, … }`, as a provider’s; read for each request, a command as often as it says and when a client brings another',
    secret: true,
  }),
  apiKeyFile: optional('File with one accepted key per line, beside the other keys', { flag: 'start', hint: 'file', file: true }),
  // `opencode serve` has its password from the second.
  serverPassword: optional('Accepts Basic authentication of the user `opencode` with this password, which counts as a key, too', {
    least: 8,
    secret: true,
    variables: ['OPENCODE_BRIDGE_SERVER_PASSWORD', 'OPENCODE_SERVER_PASSWORD'],
  }),
  jwtSecret: optional('Accepts JSON Web Tokens that are signed with this secret (HS256)', { least: 32, secret: true }),
  jwksUrl: optional('Accepts JSON Web Tokens that are signed with a key of this set'),
  jwtIssuer: optional('What `iss` of tokens must be'),
  jwtAudience: optional('What `aud` of tokens must be'),
  jwtWithoutExpiry: toggle('Accept tokens without `exp`'),
  managedKeys: toggle('Ask clients for a key, and accept those of `key create`, which are in `database`'),
  corsOrigins: list([], 'Origins of browsers that may call; none switches CORS off', { flag: 'start', option: 'cors-origin', hint: 'origin' }),
}
