/** Something for a browser to keep until it comes back, which it can neither read nor change. @module */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

const algorithm = 'aes-256-gcm'
const ivOctets = 12
const tagOctets = 16

export class Seal {
  /** Of this process: after a restart nothing of before opens. */
  readonly #key = randomBytes(32)

  close(value: object): string {
    const iv = randomBytes(ivOctets)
    const cipher = createCipheriv(algorithm, this.#key, iv)
    const octets = Buffer.concat([cipher.update(JSON.stringify(value)), cipher.final()])
    return Buffer.concat([iv, cipher.getAuthTag(), octets]).toString('base64url')
  }

  /** Undefined: it is not ours, or was changed. */
  open(text: string): unknown {
    const octets = Buffer.from(text, 'base64url')
    if (octets.length < ivOctets + tagOctets || text.length > 4096) return undefined
    try {
      const decipher = createDecipheriv(algorithm, this.#key, octets.subarray(0, ivOctets))
      decipher.setAuthTag(octets.subarray(ivOctets, ivOctets + tagOctets))
      const opened = Buffer.concat([decipher.update(octets.subarray(ivOctets + tagOctets)), decipher.final()])
      return JSON.parse(opened.toString())
    } catch {
      return undefined
    }
  }
}
