import { SEALED } from '../samples.js'

export const client = 'curl'
/** Of the system. */
export const packages = []

const JSON_TYPE = ['-H', 'content-type: application/json']
const ANTHROPIC = [...JSON_TYPE, '-H', 'anthropic-version: 2023-06-01']

/**
 * Bodies as people and templates write them, laid out as in the vendors' documentation: white space, `1.0`, `1e3`,
 * escapes and a field twice, none of which a library that parses and writes JSON keeps.
 */
const CHAT = String.raw`{
  "model": "gpt-5.4",
  "temperature": 1.0,
  "top_p": 1e0,
  "seed": 9007199254740993,
  "messages": [
    { "role": "system", "content": "Be terse\u002e" },
    { "role": "user",   "content": "Gr\u00fc\u00dfe \ud83e\udd80 \/ 日本語" }
  ],
  "tools": [],
  "stream": false,
  "stream": true
}
`

const RESPONSES = String.raw`{
    "model": "gpt-5.4",
    "input": [ { "role": "user", "content": [ { "type": "input_text", "text": "Hi\u0000" } ] } ],
    "temperature": 0.70,
    "metadata": {},
    "tools": [ { "type": "web_search" }, { "type": "mcp", "server_label": "dice", "server_url": "https://dice.example.com/mcp", "require_approval": "never" } ]
  }`

const MESSAGES = String.raw`{"model": "claude-opus-4-7", "max_tokens": 1024.0, "temperature": 1.00,
 "messages": [{"role": "user", "content": "Hi"},
   {"role": "assistant", "content": [{"type": "thinking", "thinking": "Hm.", "signature": "${SEALED}"}, {"type": "text", "text": "Hi.", "citations": []}]},
   {"role": "user", "content": [{"type": "text", "text": "Go on", "cache_control": {"type": "ephemeral", "ttl": "1h"}}]}],
 "tools": [{"name": "get_time", "input_schema": {"type": "object", "properties": {"zone": {"const": 1.50}}}}]
}`

const GEMINI = String.raw`{
  "system_instruction": { "parts": { "text": "Be terse." } },
  "contents": [ { "parts": [ { "text": "Hi" }, { "inline_data": { "mime_type": "text/plain", "data": "SGk=" } } ] } ],
  "generation_config": { "temperature": 1.0, "max_output_tokens": 8e2, "stop_sequences": ["END"] },
  "tools": [ { "google_search": {} }, { "function_declarations": [ { "name": "get_time", "parameters": { "type": "OBJECT", "properties": { "zone": { "type": "STRING" } } } } ] } ],
  "tool_config": { "function_calling_config": { "mode": "AUTO" } }
}`

/** @type {import('./index.js').ClientModule['record']} */
export async function record({ url, home, keep }) {
  const curl = (path, body, headers = JSON_TYPE) => home.run('curl', ['-sS', '--fail', `${url}${path}`, ...headers, '--data-binary', '@-'], { input: body })

  await keep('chat', () => curl('/v1/chat/completions', CHAT))
  await keep('responses', () => curl('/v1/responses', RESPONSES))
  await keep('messages', () => curl('/v1/messages', MESSAGES, ANTHROPIC))
  await keep('gemini', () => curl('/v1beta/models/gemini-3-pro-preview:generateContent', GEMINI))
  await keep('gemini-stream-array', () => curl('/v1beta/models/gemini-3-pro-preview:streamGenerateContent', GEMINI))
  return /^curl (\S+)/.exec(await home.run('curl', ['--version']))[1]
}
