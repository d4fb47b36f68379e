/** Agents for tests, whose keys and draws follow from a seed. */
import { mlsCrypto, signerOf } from '../../transport/src/index.ts'
import {
  createGroup,
  createKeyPackage,
  type Credential,
  type Group,
  type MlsHost,
  type OwnKeyPackage,
  type Refused,
} from '../src/index.ts'

export const start = Date.UTC(2026, 0, 1)
export const lifetime = { notBefore: start - 60_000, notAfter: start + 86_400_000 }

/** Numbers below a bound, and octets that are never the same twice. */
export interface Random {
  (below: number): number
  readonly octets: (count?: number) => Uint8Array
}

/** xorshift32 for choices, a counter under HMAC for octets. */
export function randomOf(seed: number): Random {
  let state = seed * 0x9e37_79b1 || 1
  let count = 0
  const next = (below: number): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
  const octets = (length = 32): Uint8Array =>
    mlsCrypto.hmacSha256(Uint8Array.of(seed), new TextEncoder().encode(String(count++))).slice(0, length)
  return Object.assign(next, { octets })
}

export class Agent {
  readonly name: string
  readonly host: MlsHost
  readonly credential: Credential
  readonly random: Random

  constructor(name: string, random: Random, more: Partial<MlsHost> = {}) {
    this.name = name
    this.random = random
    this.credential = { type: 'basic', identity: new TextEncoder().encode(name) }
    this.host = { crypto: mlsCrypto, signer: signerOf(random.octets()), validate: () => undefined, ...more }
  }

  keyPackage(life = lifetime): OwnKeyPackage {
    return createKeyPackage(this.host, { credential: this.credential, ...life, random: this.random.octets() })
  }

  create(): Group {
    const { credential } = this
    return createGroup(this.host, { id: Uint8Array.of(9), credential, ...lifetime, random: this.random.octets() })
  }
}

/** What is not refused. */
export function must<T extends { readonly type: string }>(value: T | Refused): T {
  if (value.type === 'refused') throw new Error(`refused: ${JSON.stringify(value)}`)
  return value as T
}
