import { hostname, release, version } from 'node:os'

/** Of one connection, of this machine, or secret, though the keys are dummies. */
const LEFT_OUT =
  /^(host|connection|keep-alive|content-length|transfer-encoding|accept-encoding|authorization|x-api-key|x-goog-api-key|api-key|cookie|x-stainless-(os|arch|runtime|runtime-version|package-version|lang))$/

const SHORTEST_HOSTNAME = 6

/** Also behind a prefix, as in `msg_…`. */
const UUID = /(?<![0-9a-f])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-f])/gi
/** Hashes of devices, folders and traces. */
const HASH = /\b(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})\b/g

/**
 * Takes what is of the machine and of one run out of recordings: values of the same shape take its place, the same value
 * the same way in all recordings of a client.
 * @param {{ url: string, home: string, packages: string }} places of the run
 * @returns {(recording: import('./recorder.js').Recording) => import('./recorder.js').Recording}
 */
export function createScrubber({ url, home, packages }) {
  const places = [
    ...[...spellings(home)].map((spelling, index) => [spelling, [...spellings('/home/dev')][index]]),
    [packages, '/opt/clients'],
    [new URL(url).host, '127.0.0.1:8080'],
    // A shorter one is a word as well.
    ...(hostname().length >= SHORTEST_HOSTNAME ? [[hostname(), 'devbox']] : []),
    [version(), '#1 SMP PREEMPT_DYNAMIC'],
    [release(), '6.8.0'],
  ]
  const numbers = new Map()

  const scrubText = (text) =>
    places
      .reduce((scrubbed, [found, neutral]) => scrubbed.replaceAll(found, neutral), text)
      .replace(UUID, (id) => `00000000-0000-${id[14]}000-8000-${number(id).padStart(12, '0')}`)
      .replace(HASH, (hash) => number(hash).padStart(hash.length, '0'))

  return ({ wire, method, path, headers, body }) => ({
    wire,
    method,
    path: scrubText(path),
    headers: Object.fromEntries(
      Object.entries(headers)
        .filter(([name]) => !LEFT_OUT.test(name))
        .map(([name, value]) => [name, scrubText(value)]),
    ),
    body: scrubText(body),
  })

  function number(value) {
    if (!numbers.has(value)) numbers.set(value, (numbers.size + 1).toString(16))
    return numbers.get(value)
  }
}

/** A folder as itself, and as agents make names of folders of it. */
function spellings(folder) {
  return [folder, folder.replace(/[^A-Za-z0-9]/g, '-')]
}
