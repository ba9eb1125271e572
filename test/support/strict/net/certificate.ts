import { createSign, generateKeyPairSync, randomBytes } from 'node:crypto'

export interface Certificate {
  /** PEM. */
  key: string
  cert: string
}

/** A certificate for these hosts that signs itself, good for a day: what a client trusts that is told to. */
export function selfSigned(hosts: readonly string[]): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const algorithm = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02)) // ecdsa-with-SHA256
  const name = sequence(tag(0x31, sequence(oid(0x55, 0x04, 0x03), tag(0x0c, Buffer.from('strict provider'))))) // CN
  const now = Date.now()
  const names = sequence(...hosts.map((host) => tag(0x82, Buffer.from(host))))
  const extensions = sequence(
    sequence(oid(0x55, 0x1d, 0x11), tag(0x04, names)), // subjectAltName
    sequence(oid(0x55, 0x1d, 0x13), tag(0x04, sequence(tag(0x01, Buffer.from([0xff]))))), // basicConstraints: CA
  )
  const serial = randomBytes(8)
  // Positive, and without a leading zero, which DER takes for padding.
  serial[0] = (serial[0]! & 0x3f) | 0x40
  const signed = sequence(
    tag(0xa0, tag(0x02, Buffer.from([2]))), // version 3
    tag(0x02, serial),
    algorithm,
    name,
    sequence(time(now - 3_600_000), time(now + 86_400_000)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tag(0xa3, extensions),
  )
  const signature = createSign('sha256').update(signed).sign(privateKey)
  const der = sequence(signed, algorithm, tag(0x03, Buffer.concat([Buffer.from([0]), signature])))
  const lines = der
    .toString('base64')
    .match(/.{1,64}/g)!
    .join('\n')
  return { key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n` }
}

/** A value of ASN.1 in DER: its tag, its length, its content. */
function tag(number: number, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content)
  const length = body.length < 0x80 ? [body.length] : body.length < 0x100 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 0xff]
  return Buffer.concat([Buffer.from([number, ...length]), body])
}

function sequence(...content: Buffer[]): Buffer {
  return tag(0x30, ...content)
}

function oid(...bytes: number[]): Buffer {
  return tag(0x06, Buffer.from(bytes))
}

function time(at: number): Buffer {
  return tag(0x17, Buffer.from(`${new Date(at).toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`))
}
