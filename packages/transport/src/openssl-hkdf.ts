/**
 * HKDF-SHA256 with an empty info (RFC 5869) directly over OpenSSL: one call to extract and expand, on one context that
 * is set to its hash already. node:crypto creates a job and key objects for each derivation.
 * @module
 */
import type { ChannelCrypto } from '@vagus/channel'
import type { Koffi } from './native.ts'
import type { OpenSsl } from './openssl.ts'

export type Hkdf = ChannelCrypto['hkdf']

/** Offsets in the memory passed to OpenSSL: the parameter list, names, salt, key material, output. */
const places = { parameters: 0, names: 256, salt: 512, key: 1024, output: 3072, end: 4096 } as const
/** `OSSL_PARAM`: name, type, address, octets, octets returned. The last one of a list has no name. */
const parameterOctets = 40
const fieldAt = { name: 0, type: 8, address: 16, octets: 24 } as const
const parameterType = { none: 0, text: 4, octets: 5 } as const

interface Functions {
  readonly fetch: (library: null, name: string, query: null) => unknown
  readonly newContext: (kdf: unknown) => unknown
  readonly setParameters: (context: unknown, parameters: bigint) => number
  readonly derive: (context: unknown, into: bigint, octets: number, parameters: bigint) => number
}

/**
 * @param otherwise derives from inputs too long for the memory
 * @throws if pointers do not have 64 bits, or this OpenSSL lacks a function
 */
export function hkdfOf(library: OpenSsl, koffi: Koffi, otherwise: Hkdf): Hkdf {
  if (koffi.sizeof('void *') !== 8) throw new Error('parameters are laid out for pointers of 64 bits')
  const openssl: Functions = {
    fetch: library.func('void *EVP_KDF_fetch(void *library, const char *name, void *query)'),
    newContext: library.func('void *EVP_KDF_CTX_new(void *kdf)'),
    setParameters: library.func('int EVP_KDF_CTX_set_params(void *context, uintptr_t parameters)'),
    derive: library.func('int EVP_KDF_derive(void *context, uintptr_t into, size_t octets, uintptr_t parameters)'),
  }
  const native: unknown = koffi.alloc('uint8_t', places.end)
  const base = koffi.address(native) // koffi never frees it
  const memory = new Uint8Array(koffi.view(native, places.end))
  const fields = new DataView(memory.buffer)
  let nameAt: number = places.names
  const text = (value: string): number => {
    const at = nameAt
    nameAt += new TextEncoder().encodeInto(`${value}\0`, memory.subarray(at)).written
    return at
  }
  const parameter = (index: number, name: string, type: number, at: number, octets: number): void => {
    const from = places.parameters + index * parameterOctets
    fields.setBigUint64(from + fieldAt.name, type === parameterType.none ? 0n : base + BigInt(text(name)), true)
    fields.setUint32(from + fieldAt.type, type, true)
    fields.setBigUint64(from + fieldAt.address, base + BigInt(at), true)
    fields.setBigUint64(from + fieldAt.octets, BigInt(octets), true)
  }
  const outputAt = base + BigInt(places.output)
  const octetsAt = (index: number): number => index * parameterOctets + fieldAt.octets
  const context = openssl.newContext(openssl.fetch(null, 'HKDF', null))
  parameter(0, 'digest', parameterType.text, text('SHA256'), 6)
  parameter(1, '', parameterType.none, 0, 0)
  if (openssl.setParameters(context, base) !== 1) throw new Error('OpenSSL has no HKDF over SHA-256')
  parameter(0, 'salt', parameterType.octets, places.salt, 0)
  parameter(1, 'key', parameterType.octets, places.key, 0)
  parameter(2, '', parameterType.none, 0, 0)
  return (salt, keyMaterial, length) => {
    const fits =
      salt.length <= places.key - places.salt &&
      keyMaterial.length <= places.output - places.key &&
      length <= places.end - places.output
    if (!fits) return otherwise(salt, keyMaterial, length)
    memory.set(salt, places.salt)
    memory.set(keyMaterial, places.key)
    fields.setUint32(octetsAt(0), salt.length, true)
    fields.setUint32(octetsAt(1), keyMaterial.length, true)
    const done = openssl.derive(context, outputAt, length, base)
    const output = memory.slice(places.output, places.output + length)
    memory.fill(0, places.key, places.key + keyMaterial.length)
    memory.fill(0, places.output, places.output + length)
    if (done !== 1) throw new Error('OpenSSL did not derive')
    return output
  }
}
