/** The port of the channel as the host implements it, and keys for tests. */
import type { DhKey } from '../src/index.ts'
import { channelCrypto, dhKeyOf, newKemKey } from '../../transport/src/index.ts'

export { dhKeyOf, newKemKey }
export const nodeCrypto = channelCrypto

/** A key for tests, told apart by `number` (0..255). */
export const testKey = (number: number): DhKey => dhKeyOf(new Uint8Array(32).fill(number))

export const fromHex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
export const toHex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex')
