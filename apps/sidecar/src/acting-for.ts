/**
 * In whose name the agent acts: the mandate of `--act-for`, files with delegations. They last for minutes, so the files are
 * read again and again, and a mandate that has ended is shown no more: nobody would talk to an agent that shows one.
 * @module
 */
import { readFileSync } from 'node:fs'
import type { Agent, Lookup, OwnIdentity } from '@vagus/agent'
import { type AgentId, type CompactJws, delegationIssuer, type Mandate, verifyDelegations } from '@vagus/identity'
import { Documents } from '@vagus/lookup'
import { identityCrypto } from '@vagus/transport'

/** Milliseconds between looks at the files. */
const lookEvery = 2000
const findWithin = 5000

type Shown = Pick<OwnIdentity, 'rootDocument' | 'delegations'>
const nothing: Shown = { rootDocument: '', delegations: [] }

export interface ActingForOptions {
  /** Each with one delegation, the root's first. */
  readonly files: readonly string[]
  readonly own: AgentId
  /** Knows the document of the root. */
  readonly lookup: Lookup
  /** Takes a line for people. */
  readonly report: (line: string) => void
}

/** The mandate that the agent was to begin with does not hold. */
export class MandateError extends Error {
  override readonly name = 'MandateError'
}

export class ActingFor {
  readonly #options: ActingForOptions
  readonly #documents = new Documents()
  #text = ''
  #shown = nothing
  #mandate: Mandate | undefined
  #problem = ''
  #agent: Pick<Agent, 'renew' | 'connected'> | undefined
  /** What it presents beside the mandate. */
  #identity: OwnIdentity | undefined
  #timer: NodeJS.Timeout | undefined

  private constructor(options: ActingForOptions) {
    this.#options = options
  }

  /** Reads the files for the first time; without any the agent acts in its own name. To be ended. @throws {MandateError} */
  static async open(options: ActingForOptions): Promise<ActingFor> {
    const acting = new ActingFor(options)
    if (options.files.length === 0) return acting
    const read = await acting.#read(Date.now())
    if (typeof read === 'string') throw new MandateError(read)
    acting.#take(read)
    const { root, capabilities } = read.mandate
    options.report(
      `acts in the name of ${root}, for ${capabilities.join(', ')}, while ${options.files.join(', ')} says so`,
    )
    return acting
  }

  /** To be presented beside the agent's own document. */
  get shown(): Shown {
    return this.#shown
  }

  /** `agent`, for who renews its document: the mandate of the moment is shown with each. From now on files are looked at. */
  beside(agent: Pick<Agent, 'addresses' | 'renew' | 'connected'>): Pick<Agent, 'addresses' | 'renew'> {
    if (this.#options.files.length === 0) return agent
    this.#agent = agent
    this.#timer ??= setInterval(() => void this.look(Date.now()), lookEvery).unref()
    return {
      addresses: () => agent.addresses(),
      renew: (identity) => {
        this.#identity = identity
        this.#present()
      },
    }
  }

  end(): void {
    clearInterval(this.#timer)
  }

  /** Never rejects. @param now milliseconds since 1970 */
  async look(now: number): Promise<void> {
    const { report } = this.#options
    const holds = this.#mandate !== undefined && now < this.#mandate.expiresAt
    if (holds && this.#textNow() === this.#text) return
    const read = await this.#read(now)
    if (typeof read !== 'string') {
      if (this.#problem !== '') report(`acts in the name of ${read.mandate.root} again`)
      this.#problem = ''
      const hadNone = this.#mandate === undefined
      this.#take(read)
      this.#present()
      // A session shows to its end what it began with: one that began with a mandate ends with that.
      if (hadNone) await Promise.all((this.#agent?.connected() ?? []).map((connection) => connection.close()))
    } else if (!holds) {
      if (this.#problem !== read) report(`acts in its own name until there is a mandate again: ${read}`)
      this.#problem = read
      if (this.#mandate === undefined) return
      this.#mandate = undefined
      this.#shown = nothing
      this.#present()
    }
  }

  #take({ text, mandate, shown }: Read): void {
    this.#text = text
    this.#mandate = mandate
    this.#shown = shown
  }

  #present(): void {
    if (this.#identity !== undefined) this.#agent?.renew({ ...this.#identity, ...this.#shown })
  }

  #textNow(): string | undefined {
    try {
      return this.#options.files.map((file) => readFileSync(file, 'utf8').trim()).join('\n')
    } catch {
      return undefined
    }
  }

  /** What the files say, or why it does not hold. */
  async #read(now: number): Promise<Read | string> {
    const { files, own, lookup } = this.#options
    const texts: CompactJws[] = []
    for (const file of files)
      try {
        texts.push(readFileSync(file, 'utf8').trim())
      } catch (error) {
        return `${file} cannot be read: ${(error as NodeJS.ErrnoException).code}`
      }
    const named = files.join(', ')
    const issuer = delegationIssuer(texts[0]!)
    if (issuer.type === 'refused') return `${files[0]}: ${issuer.because.problem}`
    const root = await this.#rootOf(issuer.id, lookup, now)
    if (typeof root === 'string') return root
    const chain = verifyDelegations(root, texts, now, identityCrypto)
    if (chain.type === 'refused') return `${named}: ${chain.because.problem}`
    if (chain.mandate.agent !== own) return `${named} is for ${chain.mandate.agent}, and this is ${own}`
    const shown = { rootDocument: root.document, delegations: texts }
    return { text: texts.join('\n'), mandate: chain.mandate, shown }
  }

  async #rootOf(id: AgentId, lookup: Lookup, now: number) {
    try {
      const found = await lookup.find(id, { signal: AbortSignal.timeout(findWithin) })
      for (const { document } of found) {
        const taken = this.#documents.take(document, now)
        if ('identity' in taken && taken.identity.id === id) return taken.identity
      }
      return `no document of ${id} is known here, which signed it: copy it into a folder of --lookup, or name a --controller`
    } catch (error) {
      return `the document of ${id}, which signed it, is not found: ${(error as Error).message}`
    }
  }
}

interface Read {
  readonly text: string
  readonly mandate: Mandate
  readonly shown: Shown
}
