import { z } from 'zod'
import { bytes, count, duration, setting, toggle } from '../setting.ts'

/** Where it listens, and what a connection may take. */
export const server = {
  host: setting(
    z
      .string()
      .min(1)
      // As in URLs, IPv6 may have brackets.
      .overwrite((host) => host.replace(/^\[(.*)\]$/, '$1'))
      .default('127.0.0.1'),
    {
      description: 'Address to listen on; beyond loopback it needs a key. `127.0.0.1` and `localhost` also listen on `::1`, where the machine has it',
      flag: 'start',
      hint: 'address',
    },
  ),
  port: setting(z.number().int().min(0).max(65535).default(4141), {
    description: 'Port of the daemon; whoever answers on a port given to a command is trusted',
    flag: 'every',
    hint: 'port',
  }),
  ollama: toggle("Also listen on Ollama's port, 11434, for tools that speak its API and look for it there", { flag: 'start' }),
  maxConnections: count(1, 1024, 'Connections of clients at a time; more are closed at once'),
  maxBodyBytes: bytes(1, 32 * 1024 * 1024, 'Of a body as it comes, and decoded from gzip, deflate, br or zstd'),
  maxPromptLength: count(1, 100_000, 'Characters that a prompt of `POST /api/opencode` may have'),
  uploadTimeout: duration(120_000, "For all of a request's body"),
  clientTimeout: duration(120_000, 'Until a client takes the next piece of its answer; one that takes nothing for so long gets no more', { project: true }),
  heartbeatInterval: duration(10_000, 'After which a silent stream is kept open: by a comment, in Messages a `ping`, in Gemini and Ollama an empty piece', {
    project: true,
  }),
}
