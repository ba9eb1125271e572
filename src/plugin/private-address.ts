import { lookup } from 'node:dns/promises'
import { isIPv4, isIPv6 } from 'node:net'

/** Networks of IPv4 that the internet does not reach, by the IANA's registry of special addresses. */
const PRIVATE_IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '224.0.0.0/3',
].map((network) => {
  const [address, bits] = network.split('/') as [string, string]
  return { start: toNumber(address), size: 2 ** (32 - Number(bits)) }
})

/**
 * Whether a URL leads to this machine or to one that only it, and not the internet, reaches: by its address in any
 * spelling, or by a name of one.
 */
export async function leadsInside(url: string): Promise<boolean> {
  if (!URL.canParse(url)) return false
  // The parser turns 2130706433, 0x7f.1 and [0:0::1] into what they mean.
  const host = new URL(url).hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')
  if (host === 'localhost' || host.endsWith('.localhost')) return true
  if (isIPv4(host) || isIPv6(host)) return isPrivateAddress(host)
  // A name that nobody knows leads nowhere.
  const addresses = await lookup(host, { all: true }).catch(() => [])
  return addresses.some(({ address }) => isPrivateAddress(address))
}

export function isPrivateAddress(address: string): boolean {
  if (isIPv4(address)) {
    const number = toNumber(address)
    return PRIVATE_IPV4.some(({ start, size }) => number >= start && number < start + size)
  }
  const groups = toGroups(address.replace(/%.*$/, ''))
  const embedded = `${groups[6]! >> 8}.${groups[6]! & 255}.${groups[7]! >> 8}.${groups[7]! & 255}`
  const startsWith = (...beginning: number[]) => beginning.every((group, index) => groups[index] === group)
  // `::`, `::1`, and IPv4 in IPv6: as such, mapped, translated.
  if (startsWith(0, 0, 0, 0, 0)) return groups[5] === 0xffff || groups[5] === 0 ? isPrivateAddress(embedded) || groups[6] === 0 : true
  if (startsWith(0x64, 0xff9b)) return isPrivateAddress(embedded) || groups[2] !== 0
  if (startsWith(0x2002)) return isPrivateAddress(`${groups[1]! >> 8}.${groups[1]! & 255}.${groups[2]! >> 8}.${groups[2]! & 255}`)
  // Unique local, link local, site local, multicast.
  return (groups[0]! & 0xfe00) === 0xfc00 || (groups[0]! & 0xff80) === 0xfe80 || (groups[0]! & 0xff00) === 0xff00
}

function toNumber(address: string): number {
  return address.split('.').reduce((number, part) => number * 256 + Number(part), 0)
}

/** The eight groups of an address of IPv6. */
function toGroups(address: string): number[] {
  const text = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...parts: string[]) => {
    const [a, b, c, d] = parts.map(Number) as [number, number, number, number]
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
  })
  const [before = '', after] = text.split('::')
  const parse = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)))
  const head = parse(before)
  const tail = after === undefined ? [] : parse(after)
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail]
}
