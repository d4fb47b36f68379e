/**
 * Who of a roster may call whom for what: the roster's policies over its members, compiled once, decided for each call.
 *
 *   principal   Agent::"did:key:…" of the caller, in Role::"r" for each of its roles. A caller that is no member, but acts
 *               in the name of one, is in Delegate::"did:key:…" of that member instead, and has none of its roles.
 *               Somebody outside, for whom a gateway calls, is Outsider::"https://idp.example#alice", in
 *               Issuer::"https://idp.example" and in Gateway::"did:key:…"; it has none of the gateway's roles
 *   action      Action::"a2a", Action::"mcp" or Action::"http"; each is in Action::"call". Of a group, Action::"publish"
 *               or Action::"subscribe"; each is in Action::"group"
 *   resource    Agent::"did:key:…" of the called one, in its roles; or Group::"operator"
 *   context     path; operation, tool and skill where they are known; can, a set of strings, where the caller shows a mandate
 *
 * Roles are those of one moment: where one ends, access is made anew. Members have the attribute `name`, outsiders
 * `issuer`, `subject`, `scopes`, `groups` and `gateway`. Before any policy: nobody in quarantine calls or is called, nobody
 * from outside calls by itself, and nobody speaks for outsiders but a member with the role outside-gateway.
 * @module
 */
import { type AgentId, type Member, type Roster, rolesAt } from '@vagus/identity'
import { type AccessDecision, type Call, type GroupUse, type Outsider, outsideGatewayRole } from './call.ts'
import { Entity, type Request } from './entity.ts'
import { compilePolicies, type Decision, type PolicySet } from './policy-set.ts'
import type { PolicyProblem } from './problem.ts'
import { CedarRecord, CedarSet, EntityUid, type Value } from './value.ts'

export interface Access {
  /** Whether bodies of calls must be read to decide: a policy asks for `context.operation`, `tool` or `skill`. */
  readonly readsContent: boolean
  /** With its roles of the moment; so of the next two. */
  member(id: AgentId): Member | undefined
  memberNamed(name: string): Member | undefined
  /** In the order of the roster, those in quarantine included. */
  withRole(role: string): readonly Member[]
  /** Whether it is a member, and not in quarantine. */
  isActive(id: AgentId): boolean
  /** Why that agent may neither call nor be called, whatever the policies say; undefined if it may. */
  refusalOf(id: AgentId, mandate?: Call['mandate']): string | undefined
  decide(call: Call): AccessDecision
  /** Whether the policies let a member use a group. Whether it has the role of that name is not asked here. */
  decideGroup(use: GroupUse): AccessDecision
}

/** The access that `roster` gives at `now` (milliseconds since 1970), or what is wrong with its policies. */
export function rosterAccess(
  roster: Roster,
  now: number,
):
  | { readonly type: 'compiled'; readonly access: Access }
  | { readonly type: 'problems'; readonly problems: readonly PolicyProblem[] } {
  const compiled = compilePolicies(roster.policies)
  return compiled.type === 'problems'
    ? compiled
    : { type: 'compiled', access: new RosterAccess(roster, compiled.policies, now) }
}

const actionGroup = new EntityUid('Action', 'call')
const actions = {
  a2a: new Entity(new EntityUid('Action', 'a2a'), [actionGroup]),
  mcp: new Entity(new EntityUid('Action', 'mcp'), [actionGroup]),
  http: new Entity(new EntityUid('Action', 'http'), [actionGroup]),
} as const satisfies Readonly<Record<Call['protocol'], Entity>>

const groupActions = new EntityUid('Action', 'group')
const groupUses = {
  publish: new Entity(new EntityUid('Action', 'publish'), [groupActions]),
  subscribe: new Entity(new EntityUid('Action', 'subscribe'), [groupActions]),
} as const satisfies Readonly<Record<GroupUse['action'], Entity>>

/** The actions that policies of a roster can be about. */
export const rosterActions: ReadonlySet<string> = new Set([
  ...[...Object.values(actions), ...Object.values(groupUses)].map(({ uid }) => uid.id),
  actionGroup.id,
  groupActions.id,
])

interface Known {
  readonly member: Member
  readonly entity: Entity
}

class RosterAccess implements Access {
  readonly readsContent: boolean
  readonly #policies: PolicySet
  readonly #byId = new Map<AgentId, Known>()
  readonly #byName = new Map<string, Member>()
  readonly #byRole = new Map<string, Member[]>()
  readonly #entityOf = ({ type, id }: EntityUid): Entity | undefined =>
    type === 'Agent' ? this.#byId.get(id)?.entity : undefined

  constructor({ members }: Roster, policies: PolicySet, now: number) {
    this.readsContent = policies.readsContent
    this.#policies = policies
    for (const said of members) {
      const member = said.terms === undefined ? said : { ...said, roles: rolesAt(said, now) }
      const roles = member.roles.map((role) => new EntityUid('Role', role))
      const attributes = new CedarRecord(new Map([['name', member.name]]))
      this.#byId.set(member.id, { member, entity: new Entity(new EntityUid('Agent', member.id), roles, attributes) })
      this.#byName.set(member.name, member)
      for (const role of member.roles) {
        const holders = this.#byRole.get(role)
        if (holders === undefined) this.#byRole.set(role, [member])
        else holders.push(member)
      }
    }
  }

  member(id: AgentId): Member | undefined {
    return this.#byId.get(id)?.member
  }

  memberNamed(name: string): Member | undefined {
    return this.#byName.get(name)
  }

  withRole(role: string): readonly Member[] {
    return this.#byRole.get(role) ?? []
  }

  isActive(id: AgentId): boolean {
    const member = this.member(id)
    return member !== undefined && member.quarantine === undefined
  }

  refusalOf(id: AgentId, mandate?: Call['mandate']): string | undefined {
    const known = this.#byId.get(id)
    const root = mandate === undefined ? undefined : this.#byId.get(mandate.root)
    if (known?.member.quarantine !== undefined) return quarantineOf(known.member, '')
    if (root?.member.quarantine !== undefined) return quarantineOf(root.member, ', in whose name it acts,')
    if (known !== undefined || root !== undefined) return undefined
    return mandate === undefined
      ? `${id} is no member of the roster; its owner adds members`
      : `${id} acts in the name of ${mandate.root}, and neither is a member of the roster; its owner adds members`
  }

  decide(call: Call): AccessDecision {
    const { caller, mandate, called, outsider } = call
    const refusal = this.refusalOf(caller, mandate) ?? this.refusalOf(called) ?? this.#refusalOfGateway(call)
    if (refusal !== undefined) return { allowed: false, policies: [], because: refusal, failures: [] }
    const request: Request = {
      principal: outsider === undefined ? this.#agentOf(call) : outsiderOf(outsider, this.member(caller)!),
      action: actions[call.protocol],
      resource: this.#byId.get(called)!.entity,
      context: contextOf(call),
      entityOf: this.#entityOf,
    }
    const decision = this.#policies.decide(request)
    const from = outsider === undefined ? this.#nameOf(caller) : `${outsider.subject} of ${outsider.issuer}`
    const wanted = `${from} to call ${this.#nameOf(called)} over ${call.protocol}`
    return { ...decision, because: reasonOf(wanted, decision) }
  }

  decideGroup({ member, action, group }: GroupUse): AccessDecision {
    const refusal = this.refusalOf(member)
    if (refusal !== undefined) return { allowed: false, policies: [], because: refusal, failures: [] }
    const request: Request = {
      principal: this.#byId.get(member)!.entity,
      action: groupUses[action],
      resource: new Entity(new EntityUid('Group', group), [], new CedarRecord(new Map([['name', group]]))),
      context: new CedarRecord(new Map()),
      entityOf: this.#entityOf,
    }
    const decision = this.#policies.decide(request)
    const wanted = `${this.#nameOf(member)} to ${action} ${action === 'publish' ? 'in' : 'to'} the group ${group}`
    return { ...decision, because: reasonOf(wanted, decision) }
  }

  #agentOf(call: Call): Entity {
    return this.#byId.get(call.caller)?.entity ?? delegateOf(call)
  }

  /** Why the caller may not speak for the outsider of whom it says that it does. */
  #refusalOfGateway({ caller, outsider }: Call): string | undefined {
    if (outsider === undefined || this.member(caller)?.roles.includes(outsideGatewayRole) === true) return undefined
    return `${this.#nameOf(caller)} may not speak for callers outside; the owner of the roster would have to give it the role ${outsideGatewayRole}`
  }

  #nameOf(id: AgentId): string {
    return this.member(id)?.name ?? id
  }
}

/** @param wanted what no policy permits, in words */
function reasonOf(wanted: string, { allowed, policies, failures }: Decision): string {
  const named = policies.length > 1 ? `"${policies[0]}" and ${policies.length - 1} more` : `"${policies[0]}"`
  // One that forbids and fails lets pass: so it is told beside what permits, too.
  const failed = failures
    .map(({ policy, line, problem }) => `; "${policy}" at line ${line} of the policies does not count: ${problem}`)
    .join('')
  if (allowed) return `permitted by ${named}${failed}`
  if (policies.length > 0) return `forbidden by ${named}; a policy that forbids beats all that permit`
  return `no policy permits ${wanted}; the owner of the roster would have to add one${failed}`
}

/** @param whose between the name and what follows */
function quarantineOf({ name, quarantine }: Member, whose: string): string {
  // oxlint-disable-next-line no-restricted-globals -- writes a given time, and reads no clock
  const since = new Date(quarantine!.since).toISOString().replace('.000', '')
  return `${name}${whose} is in quarantine since ${since}: ${quarantine!.reason}`
}

/** Of a caller that is no member, and has a mandate of one. */
function delegateOf({ caller, mandate }: Call): Entity {
  return new Entity(new EntityUid('Agent', caller), [new EntityUid('Delegate', mandate!.root)])
}

/** Of the gateway it has the name alone. An issuer has no fragment (RFC 8414 §2), so that the id is of one name only. */
function outsiderOf({ issuer, subject, scopes, groups }: Outsider, gateway: Member): Entity {
  return new Entity(
    new EntityUid('Outsider', `${issuer}#${subject}`),
    [new EntityUid('Issuer', issuer), new EntityUid('Gateway', gateway.id)],
    new CedarRecord(
      new Map<string, Value>([
        ['issuer', issuer],
        ['subject', subject],
        ['scopes', new CedarSet(scopes)],
        ['groups', new CedarSet(groups)],
        ['gateway', gateway.name],
      ]),
    ),
  )
}

function contextOf({ path, operation, tool, skill, mandate, outsider }: Call): CedarRecord {
  const members = new Map<string, Value>([['path', path]])
  if (operation !== undefined) members.set('operation', operation)
  if (tool !== undefined) members.set('tool', tool)
  if (skill !== undefined) members.set('skill', skill)
  if (mandate !== undefined && outsider === undefined) members.set('can', new CedarSet(mandate.capabilities))
  return new CedarRecord(members)
}
