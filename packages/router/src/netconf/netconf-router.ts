/**
 * A router of any vendor, over NETCONF: what AI agents read of it and change in it, in the words of its YANG modules. It takes
 * no part in BGP. What is not confirmed the router itself takes back where it can (RFC 6241 §8.4).
 * @module
 */
import { createHash } from 'node:crypto'
import { configOf, type Edit, readPath, textWithoutSecrets, withEmptied } from '@vagus/southbound'
import { RouterError } from '../errors.ts'
import type { CliOutput, ReadCommand, RouterConfiguration, SouthboundRouter, TakeMade } from '../router.ts'
import { editedData, filterOf, type Removal } from './data-edit.ts'
import { DataModel } from './data-model.ts'
import { dataText } from './data-text.ts'
import { checkPlace, type NetconfPlace } from './place.ts'
import { NetconfSession } from './session.ts'

export interface NetconfOptions extends NetconfPlace {
  /** Names of the keys of lists that may be changed, by `listPlace` of @vagus/southbound. */
  readonly lists: ReadonlyMap<string, readonly string[]>
  /** Tells its commits from those of other agents at the router; the same when it starts again. */
  readonly agent?: string
}

/** Milliseconds. */
const within = { opening: 15_000, reading: 60_000, changing: 60_000 } as const
/** Seconds by which the router waits longer than whoever confirms: that one takes back first, and by difference. */
const grace = 30

export class NetconfRouter implements SouthboundRouter {
  readonly kind = 'netconf'
  readonly configuration: RouterConfiguration
  readonly #options: NetconfOptions
  #session: Promise<NetconfSession> | undefined
  /** Of the commit that the router would take back. */
  #persistId: string | undefined
  #last: Promise<void> = Promise.resolve()

  /** Nothing is opened before it is asked. @throws {RangeError} of a place that ssh would take for something else */
  constructor(options: NetconfOptions) {
    checkPlace(options)
    this.#options = options
    this.configuration = {
      text: async () => this.#text('running'),
      preview: (edits) => this.#preview(edits),
      apply: (edits, confirmWithin, made) => this.#apply(edits, { confirmWithin, made }),
      keep: () => this.#keep(),
      takeBack: (edits) => this.#takeBack(edits),
    }
  }

  /** Such as "NETCONF 1.1, 42 YANG modules". The router was there to answer. */
  async software(): Promise<string> {
    const session = await this.#open()
    await session.reach(within.reading)
    const { capabilities } = session
    return `NETCONF ${capabilities.chunked ? '1.1' : '1.0'}, ${capabilities.modules.size} YANG modules`
  }

  async cli(
    { command }: ReadCommand,
    { timeout, maxOctets }: { readonly timeout: number; readonly maxOctets: number },
  ): Promise<CliOutput> {
    const [operation, path = '/'] = command.split(/ (.*)/s)
    const session = await this.#open()
    const model = this.#modelOf(session)
    const read = readPath(path)
    const filter = read.type === 'path' ? filterOf(read.steps, model) : []
    const data =
      operation === 'get' ? await session.get(filter, timeout) : await session.getConfig('running', filter, timeout)
    const text = Buffer.from(textWithoutSecrets(dataText(data, model)))
    return { output: text.subarray(0, maxOctets).toString(), truncated: text.length > maxOctets }
  }

  close(): void {
    this.#session?.then((session) => session.close()).catch(() => undefined)
    this.#session = undefined
  }

  /** The session, or a new one where it has ended: one for all who ask for it meanwhile. */
  async #open(): Promise<NetconfSession> {
    const known = this.#session
    const session = await known?.catch(() => undefined)
    if (session?.isOpen === true) return session
    const meanwhile = this.#session
    if (meanwhile !== undefined && meanwhile !== known) return meanwhile
    this.#session = NetconfSession.open(this.#options, within.opening)
    return this.#session
  }

  #modelOf({ capabilities }: NetconfSession): DataModel {
    return new DataModel(capabilities.modules, this.#options.lists)
  }

  async #text(source: 'running' | 'candidate'): Promise<string> {
    const session = await this.#open()
    return dataText(await session.getConfig(source, [], within.reading), this.#modelOf(session))
  }

  async #apply(
    edits: readonly Edit[],
    { confirmWithin, made }: { readonly confirmWithin: number; readonly made: TakeMade | undefined },
  ): Promise<void> {
    const session = await this.#open()
    const { candidate, confirmedCommit } = session.capabilities
    await this.#edited(session, { edits, removal: 'delete' }, async (before) => {
      const after = await this.#text(candidate ? 'candidate' : 'running')
      made?.(before, after)
      if (!confirmedCommit) return this.#commit(session)
      const persist = this.#persistIdOf(after)
      const timeout = Math.ceil(confirmWithin) + grace
      await session.commit({ confirmed: { timeout, persist } }, within.changing)
      this.#persistId = persist
    })
  }

  /** What the configuration would be: the candidate, which is as before then. */
  async #preview(edits: readonly Edit[]): Promise<string> {
    const session = await this.#open()
    if (!session.capabilities.candidate)
      throw new RouterError('unsupported', 'the router has no candidate, in which changes can be tried')
    const { promise, resolve } = Promise.withResolvers<string>()
    await this.#edited(session, { edits, removal: 'delete' }, async () => {
      if (session.capabilities.validate) await session.validate('candidate', within.changing)
      resolve(await this.#text('candidate'))
      await session.discardChanges(within.changing)
    })
    return promise
  }

  async #keep(): Promise<void> {
    const session = await this.#open()
    if (!session.capabilities.confirmedCommit) return
    await this.#alone(session, 'may-lock', async (running) => {
      // An agent before this one may have made it: its id is made of what is running.
      const persistId = this.#persistId ?? this.#persistIdOf(running)
      await session.commit({ persistId }, within.changing).catch((error: RouterError) => {
        if (error.code !== 'refused' || persistId === this.#persistIdOf(running)) throw error
        const words = 'what runs is not what was committed: the router went back, or somebody changed it'
        throw new RouterError('refused', `${words} (${error.message})`, { cause: error })
      })
      this.#persistId = undefined
    })
  }

  /** Where nobody has changed anything since, the router goes back by itself, also to the order of lists. */
  async #takeBack(edits: readonly Edit[]): Promise<readonly string[]> {
    const session = await this.#open()
    if (session.capabilities.confirmedCommit) {
      const unchanged = this.#persistIdOf(await this.#text('running'))
      if (await isTaken(session.cancelCommit(unchanged, within.changing))) {
        this.#persistId = undefined
        return []
      }
    }
    try {
      // Others have changed something, which must stay: the commit is kept, and undone by the edits.
      const persistId = this.#persistId
      if (persistId !== undefined) {
        await this.#alone(session, 'may-lock', () => isTaken(session.commit({ persistId }, within.changing)))
        this.#persistId = undefined
      }
      if (edits.length > 0) await this.#edited(session, { edits, removal: 'remove' }, () => this.#commit(session))
      return []
    } catch (error) {
      if (error instanceof RouterError && error.code !== 'unreachable') return [error.message]
      throw error
    }
  }

  /** What was edited counts; without a candidate it does already. */
  async #commit(session: NetconfSession): Promise<void> {
    if (session.capabilities.candidate) await session.commit({}, within.changing)
  }

  /** Edits what is locked, and finishes under the same lock; `finish` gets what was running. */
  async #edited(
    session: NetconfSession,
    { edits, removal }: { readonly edits: readonly Edit[]; readonly removal: Removal },
    finish: (before: string) => Promise<void>,
  ): Promise<void> {
    const { candidate } = session.capabilities
    await this.#alone(session, 'locked', async (running) => {
      const all = removal === 'remove' ? withEmptied(edits, configOf(running)) : edits
      const data = editedData(all, removal, this.#modelOf(session))
      try {
        await session.editConfig(candidate ? 'candidate' : 'running', data, within.changing)
        await finish(running)
      } catch (error) {
        if (candidate) await session.discardChanges(within.changing).catch(() => undefined)
        throw error
      }
    })
  }

  /**
   * Locks the candidate, or the running configuration where there is no candidate. A commit, also one that confirms, takes
   * in whatever stands in the candidate, so nothing is done while others have edits there.
   * @param how `may-lock`: also without the lock, which some servers refuse while a commit waits to be confirmed
   */
  #alone(
    session: NetconfSession,
    how: 'locked' | 'may-lock',
    work: (running: string) => Promise<unknown>,
  ): Promise<void> {
    const { candidate, writableRunning } = session.capabilities
    if (!candidate && !writableRunning)
      throw new RouterError(
        'unsupported',
        'the router takes no changes by NETCONF: neither :candidate nor :writable-running',
      )
    const target = candidate ? 'candidate' : 'running'
    return this.#inTurn(async () => {
      const lock = session.lock(target, within.changing)
      const isLocked = how === 'locked' ? await lock.then(() => true) : await isTaken(lock)
      try {
        const running = await this.#text('running')
        // Not every router refuses the lock then (RFC 6241 §7.5).
        if (candidate && (await this.#text('candidate')) !== running)
          throw new RouterError(
            'refused',
            'somebody else has edits in the candidate; ask again when they are committed',
          )
        await work(running)
      } finally {
        if (isLocked) await session.unlock(target, within.changing).catch(() => undefined)
      }
    })
  }

  /** Tells a commit of ours whose configuration nobody has changed since, also after a start of ours. */
  #persistIdOf(text: string): string {
    const hash = createHash('sha256').update(`${this.#options.agent ?? ''}\n${text}`)
    return `vagus-${hash.digest('hex').slice(0, 32)}`
  }

  /** A lock is the session's, and all use one. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const result = this.#last.then(work)
    this.#last = result.catch(() => undefined)
    return result
  }
}

/** @throws {RouterError} where it is not known, since the session ended */
const isTaken = (asked: Promise<void>): Promise<boolean> =>
  asked.then(
    () => true,
    (error: unknown) => {
      if ((error as RouterError).code === 'unreachable') throw error
      return false
    },
  )
