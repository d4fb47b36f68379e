/**
 * The fleet to which the agent belongs, by the newest roster of its owner: who may have to do with it at all, who is who,
 * and which call is allowed. Without a roster that holds now, nobody may and nothing is.
 * @module
 */
import type { Admission, Other, OtherAs } from '@vagus/agent'
import { type Access, type Call, type GroupUse, type Outsider, rosterAccess } from '@vagus/access'
import { type AgentId, type Member, nextRoleEnd, type Roster, type ServiceRule } from '@vagus/identity'
import { readsContent } from '@vagus/qos'

/** What a roster says, or why it says nothing. */
type Standing = { readonly access: Access; readonly roster: Roster } | { readonly problem: string }

/** What a member, or another, wanted of this agent and may not. */
export interface RefusedCall {
  readonly caller: AgentId
  /** As the roster calls it; `undefined`: it is no member. */
  readonly member: string | undefined
  /** For whom the caller, a gateway, wanted it. */
  readonly outsider?: Outsider
  readonly call: Pick<Call, 'protocol' | 'path' | 'operation' | 'tool'>
  readonly because: string
}

export class Fleet implements Admission {
  readonly owner: AgentId
  readonly #own: AgentId
  readonly #clock: () => number
  readonly #watchers = new Set<() => void>()
  readonly #closing = new AbortController()
  #roster: Roster | undefined
  #standing: Standing
  #readsPath = false
  /** Milliseconds since 1970: then somebody loses a role. */
  #rolesHoldUntil = Infinity

  /** Is told of calls of this agent that were refused. */
  onRefused: ((call: RefusedCall) => void) | undefined

  /** @param own the agent that belongs to it @param clock milliseconds since 1970 */
  constructor(owner: AgentId, own: AgentId, clock: () => number = Date.now) {
    this.owner = owner
    this.#own = own
    this.#clock = clock
    this.#standing = { problem: `there is no roster of ${owner} here yet` }
  }

  /** From now on `roster` says who may; whoever watches hears of it before this returns. */
  take(roster: Roster): void {
    this.#roster = roster
    this.#readsPath = /\bpath\b/.test(roster.policies)
    this.#compile(roster, this.#clock())
    this.judge()
  }

  #compile(roster: Roster, now: number): void {
    const compiled = rosterAccess(roster, now)
    this.#rolesHoldUntil = nextRoleEnd(roster, now) ?? Infinity
    this.#standing =
      compiled.type === 'compiled'
        ? { access: compiled.access, roster }
        : {
            problem: `the policies of the roster of ${this.owner} cannot be used: ${problemText(compiled.problems[0]!)}`,
          }
  }

  /** Tells the watchers that something else may hold now: there is a newer roster, or the last one or a role in it ended. */
  judge(): void {
    for (const watcher of this.#watchers) watcher()
  }

  /** In the order in which they began. @returns ends it */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  /** Aborted when it is closed. */
  get closing(): AbortSignal {
    return this.#closing.signal
  }

  /** No newer roster is asked for. */
  close(): void {
    this.#closing.abort()
  }

  get roster(): Roster | undefined {
    return this.#roster
  }

  /** Why nobody is served and nobody called; `undefined`: there is a roster that holds. */
  get problem(): string | undefined {
    const now = this.#now()
    return 'problem' in now ? now.problem : undefined
  }

  /** Whether a policy asks what a request is about, beyond its path, or a service depends on it. */
  get readsContent(): boolean {
    return this.#access?.readsContent === true || this.servesByContent
  }

  /** Which service each role gets; none without a roster that holds. */
  get serviceRules(): readonly ServiceRule[] {
    const now = this.#now()
    return ('roster' in now ? now.roster.services : undefined) ?? []
  }

  /** Whether a service depends on what a request is about. */
  get servesByContent(): boolean {
    return readsContent(this.serviceRules)
  }

  get readsPath(): boolean {
    return this.#readsPath
  }

  refusalOf({ id, mandate }: Other, as: OtherAs): string | undefined {
    const standing = this.#now()
    // A relay only passes packets on, and need be no member.
    if (as === 'relay')
      return 'access' in standing && standing.access.member(id)?.quarantine !== undefined
        ? standing.access.refusalOf(id)
        : undefined
    if ('problem' in standing) return standing.problem
    const { access } = standing
    const taken = mandate?.chain.find((each) => access.member(each)?.quarantine !== undefined)
    const between = taken === undefined ? undefined : access.refusalOf(taken)
    return access.refusalOf(this.#own) ?? access.refusalOf(id, mandate) ?? between
  }

  /** Why the call may not be made; `undefined`: it may. */
  refusalOfCall(call: Omit<Call, 'called'>): string | undefined {
    const standing = this.#now()
    if ('problem' in standing) return standing.problem
    const { allowed, because } = standing.access.decide({ ...call, called: this.#own })
    return allowed ? undefined : because
  }

  /** Why the member may not use the group so; `undefined`: it may. */
  refusalInGroup(use: GroupUse): string | undefined {
    const standing = this.#now()
    if ('problem' in standing) return standing.problem
    const { allowed, because } = standing.access.decideGroup(use)
    return allowed ? undefined : because
  }

  /** Members that are not in quarantine, while the roster holds. */
  active(): readonly Member[] {
    return this.#roster?.members.filter(({ id }) => this.isActive(id)).map(({ id }) => this.member(id)!) ?? []
  }

  /** Also one in quarantine. */
  member(id: AgentId): Member | undefined {
    return this.#access?.member(id)
  }

  /** Also one in quarantine. */
  memberNamed(name: string): Member | undefined {
    return this.#access?.memberNamed(name)
  }

  isActive(id: AgentId): boolean {
    return this.#access?.isActive(id) === true
  }

  /** Those not in quarantine. */
  activeWithRole(role: string): readonly Member[] {
    return this.#access?.withRole(role).filter(({ quarantine }) => quarantine === undefined) ?? []
  }

  get #access(): Access | undefined {
    const now = this.#now()
    return 'access' in now ? now.access : undefined
  }

  #now(): Standing {
    const roster = this.#roster
    if (roster === undefined) return this.#standing
    const { expiresAt } = roster
    const now = this.#clock()
    if (now < expiresAt) {
      if (now >= this.#rolesHoldUntil) this.#compile(roster, now)
      return this.#standing
    }
    return {
      problem: `the roster of ${this.owner} expired at ${dateOf(expiresAt)}; its owner signs it again: vagus roster publish`,
    }
  }
}

const problemText = ({ line, column, problem }: { line: number; column: number; problem: string }): string =>
  `line ${line}, column ${column}: ${problem}`

export const dateOf = (time: number): string => new Date(time).toISOString().replace('.000', '')
