/** Ours as a peer: see peer.ts. */
import {
  createGroup,
  createKeyPackage,
  type Group,
  joinExternally,
  joinGroup,
  type MlsHost,
  type OwnKeyPackage,
  type Refused,
} from '../../packages/mls/src/index.ts'
import { mlsCrypto, randomOctets, signerOf } from '../../packages/transport/src/index.ts'
import type { MlsPeer } from './peer.ts'

const now = Date.now()
const lifetime = { notBefore: now - 3_600_000, notAfter: now + 86_400_000 }
/** Members of ts-mls may have any lifetime. */
const limits = { lifetime: Infinity }

function must<T extends { readonly type: string }>(value: T | Refused): T {
  if (value.type === 'refused') throw new Error(JSON.stringify(value))
  return value as T
}

export class VagusAgent implements MlsPeer {
  readonly keyPackage: Uint8Array
  readonly #host: MlsHost = { crypto: mlsCrypto, signer: signerOf(randomOctets(32)), validate: () => undefined, limits }
  readonly #credential: { readonly type: 'basic'; readonly identity: Uint8Array }
  readonly #own: OwnKeyPackage
  #group: Group | undefined

  constructor(name: string) {
    this.#credential = { type: 'basic', identity: new TextEncoder().encode(name) }
    this.#own = createKeyPackage(this.#host, { credential: this.#credential, ...lifetime, random: randomOctets(32) })
    this.keyPackage = this.#own.message
  }

  get group(): Group {
    if (this.#group === undefined) throw new Error('the agent is in no group')
    return this.#group
  }

  async create(id: Uint8Array): Promise<void> {
    this.#group = createGroup(this.#host, { id, credential: this.#credential, ...lifetime, random: randomOctets(32) })
  }

  async join(welcome: Uint8Array): Promise<void> {
    this.#group = must(joinGroup(this.#host, { welcome, keyPackages: [this.#own.secrets], now })).group
  }

  async joinExternally(groupInfo: Uint8Array): Promise<Uint8Array> {
    const how = { groupInfo, credential: this.#credential, random: randomOctets(32), now }
    const { group, message } = must(joinExternally(this.#host, how))
    this.#group = group
    return message
  }

  async commit({ add = [], remove = [] }: Parameters<MlsPeer['commit']>[0]) {
    const changes = [
      ...add.map((keyPackage) => ({ type: 'add', keyPackage }) as const),
      ...remove.map((leaf) => ({ type: 'remove', leaf }) as const),
    ]
    const path = remove.length === 0 && add.length > 0 ? 'if-required' : 'always'
    const { message, welcome, next } = must(this.group.commit({ changes, path, random: randomOctets(32), now }))
    this.#group = next
    return { message, welcome }
  }

  async receive(message: Uint8Array): Promise<Uint8Array | undefined> {
    const received = must(this.group.receive(message, now))
    if (received.type === 'removed') throw new Error('removed')
    if (received.type === 'commit') this.#group = received.next
    return received.type === 'application' ? received.data : undefined
  }

  async proposeRemoval(leaf: number): Promise<Uint8Array> {
    return must(this.group.propose({ type: 'remove', leaf }, { random: randomOctets(32), now })).message
  }

  async seal(data: Uint8Array): Promise<Uint8Array> {
    return this.group.seal(data, { random: randomOctets(4) })
  }

  async groupInfo(): Promise<Uint8Array> {
    return this.group.groupInfo()
  }

  authenticator(): Uint8Array {
    return this.group.epochAuthenticator
  }

  async exportSecret(label: string, context: Uint8Array, length: number): Promise<Uint8Array> {
    return this.group.exportSecret(label, context, length)
  }
}
