/** Who is at an address, for people. @module */
import { shortId } from '@vagus/api/agent-id'
import type { AddressProof, AgentName, Whois, WhoisAgent, WhoisPlace } from '@vagus/api/whois'
import type { Canvas } from '../controller-options.ts'
import { agoText, countOf, timeText } from '../format.ts'
import type { Paint } from '../paint.ts'
import { printable } from '../table.ts'
import { hanging, wrapped } from '../wrap.ts'

const paintOfProof = { claimed: 'warn', attested: 'faint', agreed: 'good', proven: 'good' } as const satisfies Readonly<
  Record<AddressProof, keyof Paint>
>

export function whoisText(answer: Whois, { paint, columns }: Pick<Canvas, 'paint' | 'columns'>): string {
  const { asked, agents, more, conflicts, behindNat, at, keptSince, is } = answer
  const nobody = `nobody is known ${is === 'address' ? 'at' : 'as'} ${printable(asked)}`
  if (agents.length === 0) {
    if (ofOneHost.test(asked)) return `${nobody}: loopback and link-local addresses are on every host`
    return at < keptSince ? `${nobody} then: what is known begins at ${keptSince}` : nobody
  }
  const lines = agents.map((agent) => agentText(agent, at, { paint, columns }))
  const notes = [
    ...(more > 0 ? [`and ${countOf(more, 'agent')} more: ask for one port`] : []),
    ...conflicts.map(({ what, agents: all }) =>
      paint.bad(`${printable(what)}: ${all.map(nameText).join(' and ')}, with equally strong evidence`),
    ),
    ...(behindNat > 0
      ? [`${countOf(behindNat, 'agent')} there behind a translator of addresses (NAT), told apart by port`]
      : []),
  ]
  return [...lines, ...notes.flatMap((note) => wrapped(note, columns))].join('\n')
}

/** What is written like an address of one host or one link. */
const ofOneHost = /^(?:127\.\d|169\.254\.|\[?(?:::1\b|fe[89ab][\da-f]:))/i

const nameText = ({ name, id }: AgentName): string => printable(name ?? shortId(id))

function agentText(agent: WhoisAgent, now: string, { paint, columns }: Pick<Canvas, 'paint' | 'columns'>): string {
  const { owner, roles, claims, quarantined, actsFor, device, serial, site, key, sessions, state, places, more } = agent
  const member =
    owner === null ? 'no owner known' : `${nameText(owner)}${roles.length > 0 ? `, as ${roles.join(', ')}` : ''}`
  const rows: (readonly [string, string])[] = [
    ['id', agent.id],
    ['owner', quarantined ? `${member}; ${paint.bad('in quarantine')}` : member],
    ...(claims === null ? [] : [['claims', `the role ${claims}`] as const]),
    ...(actsFor === null
      ? []
      : [
          [
            'acts for',
            `${nameText(actsFor.agent)}, task ${actsFor.task}, until ${timeText(actsFor.until, now)}, as ${nameText(actsFor.toldBy)} was shown`,
          ] as const,
        ]),
    ...(device === null ? [] : [['device', serial === null ? device : `${device}, serial number ${serial}`] as const]),
    ...(site === null ? [] : [['site', site] as const]),
    ['state', `${state ?? 'not on the list'}, ${countOf(sessions, 'session')}`],
    ...(key === null ? [] : [['key', keyText(key, now)] as const]),
    ...places.map((place, index) => [index === 0 ? 'at' : '', placeText(place, now, paint)] as const),
    ...(more > 0 ? [['', `and ${more} more`] as const] : []),
    ...agent.bindings.map((binding, index) => [index === 0 ? 'is' : '', bindingText(binding, paint)] as const),
  ]
  const width = Math.max(...rows.map(([what]) => what.length))
  const facts = rows.flatMap(([what, is]) => hanging(`  ${what.padEnd(width)} `, width + 4, is, Math.max(columns, 60)))
  return [paint.strong(nameText(agent)), ...facts].join('\n')
}

function keyText({ epoch, rotations, since }: NonNullable<WhoisAgent['key']>, now: string): string {
  const rotated = rotations === 0 ? 'never rotated' : rotations === 1 ? 'rotated once' : `rotated ${rotations} times`
  const seen = since > now ? `first seen later, ${timeText(since, now)}` : `first seen ${agoText(since, now)}`
  return `${seen}, ${rotated}; document of epoch ${epoch}`
}

function placeText(
  { address, port, protocol, from, to, proof, because, behindNat, where }: WhoisPlace,
  now: string,
  paint: Paint,
): string {
  const host = address.includes(':') && port !== null ? `[${address}]` : address
  const place = `${host}${port === null ? '' : `:${port}`}${protocol === null ? '' : ` ${protocol}`}`
  const since = to === null ? `since ${timeText(from, now)}` : `${timeText(from, now)} to ${timeText(to, now)}`
  const nat = behindNat ? ', behind NAT' : ''
  const at = where === null || because.includes(where) ? '' : `, at ${where}`
  return `${place} – ${paint[paintOfProof[proof]](proof)}${nat}${at}, ${since}: ${printable(because)}`
}

function bindingText(
  { kind, value, proof, by, contested, raisesTrust }: WhoisAgent['bindings'][number],
  paint: Paint,
): string {
  const weak = raisesTrust ? '' : paint.warn(' (proves nothing)')
  const others = contested.length === 0 ? '' : paint.bad(`; also said of ${contested.map(nameText).join(', ')}`)
  return `${kind} ${printable(value)} – ${proof} by ${printable(by)}${weak}${others}`
}
