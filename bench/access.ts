/**
 * Decisions a second over the rosters of a fleet, against Cedar's own implementation as WebAssembly with a policy set that it
 * has parsed before (`statefulIsAuthorized`). Both get the same random calls, and must decide all of them alike.
 */
import { preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs'
import { type Access, type Call, rosterAccess } from '../packages/access/src/index.ts'
import {
  agentIdOf,
  beginKeyLog,
  type Member,
  type Roster,
  signRoster,
  verifyRoster,
} from '../packages/identity/src/index.ts'
import { identityCrypto, signerOf } from '../packages/transport/src/index.ts'
import type { Row } from '../scripts/bench.ts'

const memberCount = 1000
const callCount = 4096
const roles = Array.from({ length: 100 }, (_, n) => `role-${n}`)
const tools = Array.from({ length: 40 }, (_, n) => `tool_${n}`)
const protocols = ['a2a', 'mcp', 'http'] as const

type Random = (below: number) => number

/** xorshift32: the same figures in every run. */
function createRandom(seed: number): Random {
  let state = seed
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

const pick = <T>(random: Random, list: readonly T[]): T => list[random(list.length)]!
const signer = (number: number): ReturnType<typeof signerOf> => {
  const seed = new Uint8Array(32)
  new DataView(seed.buffer).setUint32(0, number)
  return signerOf(seed)
}

function membersOf(random: Random): readonly Member[] {
  return Array.from({ length: memberCount }, (_, n) => ({
    id: agentIdOf(signer(n + 10).publicKey),
    name: `agent-${n}`,
    roles: [...new Set(Array.from({ length: 1 + random(3) }, () => pick(random, roles)))],
  }))
}

/** As owners write them: which role may call which for what; every tenth forbids something, every fiftieth to everybody. */
function policiesByRole(count: number, random: Random): string {
  const scopes = ['action', 'action in Action::"call"', ...protocols.map((name) => `action == Action::"${name}"`)]
  return Array.from({ length: count }, (_, n) => {
    if (n % 50 === 9) return `@id("p${n}") forbid (principal, action, resource) when { context.path like "/${n}/*" };`
    const effect = n % 10 === 9 ? 'forbid' : 'permit'
    const principal = `principal in Role::"${pick(random, roles)}"`
    const resource = n % 5 === 0 ? 'resource' : `resource in Role::"${pick(random, roles)}"`
    return `@id("p${n}") ${effect} (${principal}, ${pick(random, scopes)}, ${resource})${conditionOf(random)};`
  }).join('\n')
}

/** The worst for us: nothing in the scope, so that each policy has its conditions evaluated. */
function policiesForAll(count: number, random: Random): string {
  return Array.from({ length: count }, (_, n) => {
    return `@id("p${n}") permit (principal, action, resource) when { principal in Role::"${pick(random, roles)}" }${conditionOf(random)};`
  }).join('\n')
}

function conditionOf(random: Random): string {
  return pick(random, [
    '',
    ` when { context has tool && context.tool == "${pick(random, tools)}" }`,
    ` when { context has tool && ["${pick(random, tools)}", "${pick(random, tools)}"].contains(context.tool) }`,
    ` when { context.path like "/${random(10)}/*" }`,
    ` unless { principal == resource || principal.name == "agent-${random(memberCount)}" }`,
  ])
}

function callsOf(members: readonly Member[], random: Random): readonly Call[] {
  return Array.from({ length: callCount }, () => {
    const protocol = pick(random, protocols)
    const [caller, called] = [pick(random, members).id, pick(random, members).id]
    const path = `/${random(10)}/${random(1000)}`
    return protocol === 'mcp'
      ? { caller, called, protocol, path, operation: 'tools/call', tool: pick(random, tools) }
      : { caller, called, protocol, path, operation: protocol === 'http' ? 'GET' : 'SendMessage' }
  })
}

/** A call as Cedar wants it: with the entities that it needs, and no more. */
function forCedar(access: Access, { caller, called, protocol, path, operation, tool }: Call) {
  const agent = (id: string) => ({
    uid: { type: 'Agent', id },
    attrs: { name: access.member(id)!.name },
    parents: access.member(id)!.roles.map((role) => ({ type: 'Role', id: role })),
  })
  const group = { type: 'Action', id: 'call' }
  const action = { type: 'Action', id: protocol }
  return {
    principal: { type: 'Agent', id: caller },
    action,
    resource: { type: 'Agent', id: called },
    context: { path, ...(operation === undefined ? {} : { operation }), ...(tool === undefined ? {} : { tool }) },
    entities: [
      agent(caller),
      ...(caller === called ? [] : [agent(called)]),
      { uid: action, attrs: {}, parents: [group] },
      { uid: group, attrs: {}, parents: [] },
    ],
    preparsedPolicySetId: 'bench',
  }
}

/** Seconds of processors that this process has had: other programs on the machine do not count. */
const spent = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

/** Calls of `one` in a second of a core, over all places from 0 below `count` again and again, the best of `rounds`. */
function rateOf(count: number, rounds: number, seconds: number, one: (place: number) => void): number {
  let best = 0
  for (let round = 0; round < rounds; round++) {
    const started = spent()
    let done = 0
    let took: number
    do {
      for (let left = 64; left > 0; left--) one(done++ % count)
      took = spent() - started
    } while (took < seconds)
    best = Math.max(best, done / took)
  }
  return best
}

function accessOf(members: readonly Member[], policies: string): Access {
  const answer = rosterAccess({ ...emptyRoster, members, policies }, 0)
  if (answer.type === 'problems') throw new Error(JSON.stringify(answer.problems[0]))
  const parsed = preparsePolicySet('bench', { staticPolicies: policies })
  if (parsed.type === 'failure') throw new Error(JSON.stringify(parsed.errors[0]))
  return answer.access
}

const emptyRoster: Roster = {
  owner: '',
  keyLog: [],
  epoch: 0,
  issuedAt: 0,
  expiresAt: 0,
  members: [],
  policies: '',
  jws: '',
}

function decisions(what: string, members: readonly Member[], policies: string, aim: string): Row {
  const random = createRandom(5)
  const calls = callsOf(members, random)
  const access = accessOf(members, policies)
  const questions = calls.map((call) => forCedar(access, call))
  let allowed = 0
  for (const [place, call] of calls.slice(0, 500).entries()) {
    const answer = statefulIsAuthorized(questions[place]!)
    if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors[0]))
    const ours = access.decide(call)
    if (ours.allowed !== (answer.response.decision === 'allow'))
      throw new Error(`decided otherwise: ${JSON.stringify(call)}`)
    allowed += ours.allowed ? 1 : 0
  }
  let [ours, peer] = [0, 0]
  for (let round = 0; round < 5; round++) {
    // In turn, so that a moment in which the machine is slow is one for both.
    peer = Math.max(
      peer,
      rateOf(callCount, 1, 1, (place) => statefulIsAuthorized(questions[place]!)),
    )
    ours = Math.max(
      ours,
      rateOf(callCount, 2, 0.5, (place) => access.decide(calls[place]!)),
    )
  }
  return {
    claim: `${what}, ${memberCount.toLocaleString('en')} members, random calls`,
    unit: 'decisions in a second of a core',
    ours,
    peer,
    ratio: ours / peer,
    aim,
    note: `peer: cedar-wasm 4.13.0 with the policies parsed before; it gets the entities of each call, and they are part of its time. ${((allowed / 500) * 100).toFixed(0)} % of the calls are allowed`,
  }
}

function verification(members: readonly Member[], policies: string): Row {
  const owner = signer(1)
  const log = beginKeyLog(owner, signer(2).publicKey, identityCrypto)
  const draft = { epoch: 1, iat: 1_790_000_000, exp: 1_797_000_000, members, policies }
  const signed = signRoster(draft, log, owner, identityCrypto)
  if (signed.type === 'refused') throw new Error(signed.because.problem)
  const { jws } = signed.roster
  const verified = rateOf(1, 3, 2, () => verifyRoster(jws, 1_790_000_000_000, identityCrypto))
  const compiled = rateOf(1, 3, 2, () => rosterAccess(signed.roster, 0))
  return {
    claim: `a roster of ${memberCount.toLocaleString('en')} members and 100 policies is verified`,
    unit: 'ms',
    ours: 1000 / verified,
    peer: null,
    ratio: null,
    aim: '50 ms: a side-car does it once for each roster',
    note: `${(jws.length / 1024).toFixed(0)} KiB of text; no peer has such a roster. To compile the policies and make the members takes another ${(1000 / compiled).toFixed(1)} ms`,
  }
}

export async function measure(progress: (line: string) => void): Promise<readonly Row[]> {
  const random = createRandom(7)
  const members = membersOf(random)
  const rows: Row[] = []
  for (const count of [10, 100, 1000]) {
    progress(`${count} policies by role`)
    const aim = count === 1000 ? '1,000 times the peer' : 'none'
    rows.push(decisions(`${count.toLocaleString('en')} policies by role`, members, policiesByRole(count, random), aim))
  }
  progress('1000 policies for all')
  rows.push(decisions('1,000 policies that must all be evaluated', members, policiesForAll(1000, random), 'none'))
  progress('verification')
  rows.push(verification(members, policiesByRole(100, random)))
  return rows
}
