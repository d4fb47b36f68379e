/**
 * Keeps what an agent says of itself true while it runs: where it is reached, that it is still there, the skills of its
 * card, and the keys that its owner rotated meanwhile. A document is signed anew when one of these changes, and before its
 * locators end; it goes to the keyring first, then to the session layer, then to the controller's list.
 * @module
 */
import type { Agent } from '@vagus/agent'
import type { Locator } from '@vagus/identity'
import { type Keyring, ownIdentityOf } from '@vagus/keyring'
import type { ControllerList } from './controller-list.ts'

/** How long locators hold, in seconds: so long others still try the addresses of an agent that was killed. */
const locatorSeconds = 3600
const lookEvery = 2000
const publishAgainAfter = 10_000
/** Milliseconds by which a document may say that it begins later than now: the clock was set back since then. */
const clockPatience = 60_000
/** As many as a locator takes. */
const maxAddresses = 8

export interface PresenceOptions {
  readonly agent: Pick<Agent, 'addresses' | 'renew'>
  readonly keyring: Keyring
  readonly name: string
  /** URIs published beside the agent's own addresses, at most eight. */
  readonly reachedAt: readonly string[]
  /** `undefined`: nobody is told. */
  readonly list: Pick<ControllerList, 'publish'> | undefined
  /** What its skills are after those of the last document; `undefined`: those that its owner gave it. */
  readonly skillsAfter: ((before: readonly string[], now: number) => readonly string[]) | undefined
  readonly report: (line: string) => void
}

export class Presence {
  readonly #options: PresenceOptions
  readonly #stop = new AbortController()
  #epoch = -1
  #addresses = ''
  #skills = ''
  #problem = ''
  /** Milliseconds since 1970. */
  #signedAt = -Infinity
  /** `problem`: why it is not on the list. */
  #published: { readonly epoch: number; readonly at: number; readonly problem: string | undefined } | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(options: PresenceOptions) {
    this.#options = options
  }

  /** Says for the first time where the agent is, and goes on. @throws {KeyringError} */
  async begin(): Promise<void> {
    await this.#look()
    this.#timer = setInterval(
      () =>
        void this.#look().then(
          () => (this.#problem = ''),
          (error: Error) => this.#complain(error.message),
        ),
      lookEvery,
    )
    this.#timer.unref()
  }

  end(): void {
    clearInterval(this.#timer)
    this.#stop.abort()
  }

  /** Once, however often it is tried: a disk may be full for hours. */
  #complain(problem: string): void {
    if (problem !== this.#problem) this.#options.report(problem)
    this.#problem = problem
  }

  async #look(): Promise<void> {
    const { agent, keyring, name, reachedAt, skillsAfter } = this.#options
    const now = Date.now()
    const addresses = agent.addresses().join(' ')
    const current = keyring.open(name, now)
    const skills = skillsAfter?.(current.identity.skills, now) ?? current.identity.skills
    const isSaid = addresses === this.#addresses && skills.join(' ') === this.#skills
    if (current.identity.epoch !== this.#epoch || !isSaid || !this.#isFresh(now)) {
      const locators = locatorsAfter(current.identity.locators, { wan: reachedAt, own: agent.addresses() }, now)
      const renewed = keyring.renew(name, { locators, skills }, now)
      this.#epoch = renewed.identity.epoch
      this.#addresses = addresses
      this.#skills = skills.join(' ')
      this.#signedAt = now
      agent.renew(ownIdentityOf(renewed))
    }
    await this.#publish(now)
  }

  #isFresh(now: number): boolean {
    return now < this.#signedAt + (locatorSeconds * 1000) / 2 && now > this.#signedAt - clockPatience
  }

  async #publish(now: number): Promise<void> {
    const { list, keyring, name, report } = this.#options
    if (list === undefined) return
    const last = this.#published
    // By how far apart they are: the clock may have been set back meanwhile.
    const isLately = last !== undefined && Math.abs(now - last.at) < publishAgainAfter
    if (last?.epoch === this.#epoch && (last.problem === undefined || isLately)) return
    try {
      await list.publish(name, keyring.open(name, now).identity.document, this.#stop.signal)
      if (last?.problem !== undefined) report(`${name} is on the list of the controller again`)
      this.#published = { epoch: this.#epoch, at: now, problem: undefined }
    } catch (error) {
      if (this.#stop.signal.aborted) return
      const { message: problem } = error as Error
      const before = this.#published?.problem // of now: another try may have ended meanwhile
      if (before === undefined || kindOf(before) !== kindOf(problem)) report(problem)
      this.#published = { epoch: this.#epoch, at: now, problem }
    }
  }
}

/** A problem without its figures: that a clock is some seconds more ahead by now is no news. */
const kindOf = (problem: string): string => problem.replaceAll(/\d+/g, '')

/** One locator per kind of network; its number grows when its addresses change. */
function locatorsAfter(
  before: readonly Locator[],
  { wan, own }: { readonly wan: readonly string[]; readonly own: readonly string[] },
  now: number,
): readonly Locator[] {
  const kinds = new Map<string, readonly string[]>(
    Map.groupBy(own, (address) => (address.startsWith('relay:') ? 'relay' : 'lan')),
  )
  if (wan.length > 0) kinds.set('wan', wan)
  const exp = Math.floor(now / 1000) + locatorSeconds
  const gone = before.filter(({ network }) => !kinds.has(network)).map((locator) => ({ ...locator, addresses: [] }))
  const here = [...kinds].map(([network, all]) => ({
    network,
    sequence: 0,
    addresses: all.slice(0, maxAddresses),
    exp,
  }))
  return [...here, ...gone].map((locator) => {
    const last = before.find(({ network }) => network === locator.network)
    const isSame = last !== undefined && last.addresses.join() === locator.addresses.join()
    return { ...locator, sequence: last === undefined ? 1 : last.sequence + Number(!isSame), exp }
  })
}
