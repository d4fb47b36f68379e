/**
 * The sentences of events, without the schemas: a page that shows events needs these and not a validator.
 * @module
 */
import type { Actor } from './actor.ts'
import { actorText } from './actor-text.ts'
import { durationText, millisecondsText } from './figures.ts'

interface EventKind {
  readonly severity: 'info' | 'warning' | 'error'
  readonly text: string
  /** `said`: the text names who caused it; without, that is added where it is known. */
  readonly who?: 'said'
  /** What it changed: what the network does, or who may do what; without, nothing. */
  readonly changes?: 'network' | 'rights'
  /** The field that names the matter: events of one matter, with the same first word, tell one story. */
  readonly matter?: 'id' | 'line' | 'agent' | 'commit'
  /** Why it came to it, as `text`. */
  readonly why?: string
  /** The event of its matter that says why. */
  readonly follows?: string
  /** What undoes it, as `text`, while its matter is not over. */
  readonly undo?: string
  /** With it its matter is over. */
  readonly ends?: 'matter'
}

/**
 * Every event with its severity and the sentence for people. `{field}` stands for the event's field, `{field|one|many}`
 * for the field followed by its singular or plural word; `{seconds}` and `{milliseconds}` bring their unit along.
 */
export const sentences = {
  'controller.started': {
    severity: 'info',
    text: 'Controller {version} started, {devices|device|devices} configured',
    changes: 'rights',
  },
  'controller.stopped': {
    severity: 'info',
    text: 'Controller stopped',
    changes: 'rights',
  },
  'config.reloaded': {
    severity: 'info',
    text: 'Configuration reloaded: {changes}',
    changes: 'rights',
    undo: 'the vagus.yaml of before, then kill -HUP the controller',
  },
  'config.rejected': { severity: 'error', text: 'Configuration rejected, the old one stays in use: {problem}' },
  'audit.broken': {
    severity: 'error',
    text: 'The record of events was changed by somebody else: {problem}; vagus audit verify checks all of it',
  },
  'exporter.seen': { severity: 'info', text: '{device} exports {protocol} from {address}' },
  'exporter.unknown': { severity: 'warning', text: '{address} exports {protocol} but is not a configured device' },
  'exporter.silent': { severity: 'error', text: '{device} has exported nothing for {seconds}' },
  'exporter.resumed': { severity: 'info', text: '{device} exports again after {seconds}' },
  'exporter.restarted': {
    severity: 'warning',
    text: '{device} restarted its {protocol} export {count} ×, last on port {port}: {reason}',
  },
  'exporter.malformed': {
    severity: 'warning',
    text: '{count|datagram|datagrams} from {address} could not be decoded, the last one at {problem}',
  },
  'exporter.loss': {
    severity: 'warning',
    text: '{lost} {protocol} {unit} of {device} were lost on the way ({share} %), in {streams|stream|streams}',
  },
  'exporter.clock': {
    severity: 'warning',
    text: "The clock of {device} is {seconds} {way} the controller's; the times of its {protocol} flows are corrected by that",
  },
  'exporter.clock-right': { severity: 'info', text: 'The clock of {device} is right again ({protocol})' },
  'exporter.no-ipv6': {
    severity: 'warning',
    text: '{device} exports {protocol}, which cannot carry IPv6: its IPv6 traffic is not seen',
  },
  'exporter.no-sampling-rate': {
    severity: 'warning',
    text: '{device} does not report its sampling rate; set devices.samplingRate',
  },
  'exporter.no-template': {
    severity: 'error',
    text: '{count|data set|data sets} of {device} given up: no {protocol} template for {seconds}',
  },
  'link.down': { severity: 'error', text: 'Link {link} is down ({device} {interface})' },
  'link.up': { severity: 'info', text: 'Link {link} is up again after {seconds}' },
  'link.congested': { severity: 'warning', text: 'Link {link} carries {percent} % of its capacity' },
  'link.relieved': { severity: 'info', text: 'Link {link} is back to {percent} % of its capacity' },
  'route.class-set': {
    severity: 'info',
    text: '{owner} gave {prefix} class {class} at {device} {interface}, for {seconds}',
    who: 'said',
    changes: 'network',
    matter: 'id',
    undo: "vagus bgp undo '{id}' --device {device} --owner {owner}",
  },
  'route.class-ended': {
    severity: 'info',
    text: 'Class {class} of {prefix} at {device} {interface} has ended: {why}',
    changes: 'network',
    matter: 'id',
    why: '{why}',
    ends: 'matter',
  },
  'address.attached': {
    severity: 'info',
    text: '{address} is attached to {device} {interface}, by {nextHop}',
    changes: 'network',
  },
  'address.moved': {
    severity: 'info',
    text: '{address} has left {device} {interface}: it is attached elsewhere',
    changes: 'network',
  },
  'address.detached': {
    severity: 'info',
    text: '{address} has left {device} {interface}: its host wanted so',
    changes: 'network',
  },
  'address.lapsed': {
    severity: 'warning',
    text: '{address} is no longer at {device} {interface}: its host has not renewed it',
    changes: 'network',
  },
  'address.held': {
    severity: 'warning',
    text: '{address} moved too often, and is not attached to {device} {interface}; two hosts may have the key of {agent}',
  },
  'commit.begun': {
    severity: 'warning',
    text: '{by} changed {device} for a while, {added|line|lines} added and {removed} removed ({id}, {why})',
    who: 'said',
    changes: 'network',
    matter: 'commit',
    why: '{why}',
    undo: 'vagus device commits {device} --revert {id}',
  },
  'commit.confirmed': {
    severity: 'info',
    text: '{confirmer} keeps what {by} changed in {device} ({id}, {why})',
    who: 'said',
    changes: 'network',
    matter: 'commit',
    follows: 'commit.begun',
    ends: 'matter',
  },
  'commit.reverted': {
    severity: 'info',
    text: 'What {by} changed in {device} has gone back ({id}): {because}',
    changes: 'network',
    matter: 'commit',
    why: '{because}',
    ends: 'matter',
  },
  'commit.refused': {
    severity: 'warning',
    text: '{device} did not take what {by} wanted ({id}, {why}): {because}',
    who: 'said',
  },
  'commit.stuck': {
    severity: 'error',
    text: 'What {by} changed in {device} could not be taken back whole, and is tried again ({id}): {because}',
    matter: 'commit',
  },
  'steering.proposed': {
    severity: 'warning',
    text: '{link} carries {percent} % of its capacity, above its threshold; proposal {id}: {what}',
    matter: 'id',
  },
  'steering.taken': {
    severity: 'info',
    text: 'Proposal {id} is in force: {what}',
    matter: 'id',
  },
  'steering.relieved': {
    severity: 'info',
    text: 'Proposal {id} has ended: {link} has room again without it',
    matter: 'id',
  },
  'steering.measured': {
    severity: 'info',
    text: 'Proposal {id} is measured: {link} carried up to {percent} % of its capacity, without it {otherPercent} %',
    matter: 'id',
  },
  'steering.unmeasured': {
    severity: 'warning',
    text: 'Proposal {id} ended before anything was measured: not all of it is in force any more',
    matter: 'id',
  },
  'steering.approved': {
    severity: 'info',
    text: 'Proposal {id} is approved by {by} for {seconds}: {what}',
    who: 'said',
    changes: 'network',
    matter: 'id',
    follows: 'steering.proposed',
    undo: 'vagus proposal undo {id}',
  },
  'steering.ended': {
    severity: 'info',
    text: 'What was approved of {id} has ended: {because}',
    changes: 'network',
    matter: 'id',
    why: '{because}',
    ends: 'matter',
  },
  'steering.refused': {
    severity: 'warning',
    text: 'Proposal {id} could not be approved by {by}: {problem}',
    who: 'said',
    matter: 'id',
  },
  'steering.held': {
    severity: 'info',
    text: 'Proposal {id} is left to a person: {why}',
    matter: 'id',
  },
  'steering.doubted': {
    severity: 'warning',
    text: 'What a person approved of {id} does not help: {why}; "vagus proposal undo {id}" ends it',
    matter: 'id',
  },
  'line.ordered': {
    severity: 'info',
    text: 'Line {line} from {from} to {to} is ordered: {rate}, from {start} to {end}',
    changes: 'network',
    matter: 'line',
    undo: 'vagus line release {line}',
  },
  'line.changed': {
    severity: 'info',
    text: 'Line {line} is to be otherwise: {what}',
    changes: 'network',
    matter: 'line',
    undo: 'vagus line change {line}',
  },
  'line.active': {
    severity: 'info',
    text: 'Line {line} from {from} to {to} is there: {rate} over {path}, {milliseconds} after it was asked for',
    matter: 'line',
  },
  'line.moved': {
    severity: 'info',
    text: 'Line {line} goes over {path} now, {milliseconds} after it had to: {because}',
    changes: 'network',
    matter: 'line',
    why: '{because}',
  },
  'line.stuck': {
    severity: 'warning',
    text: 'Line {line} stays where it is ({because}): {problem}',
    matter: 'line',
  },
  'line.released': {
    severity: 'info',
    text: 'Line {line} has ended: {because}',
    changes: 'network',
    matter: 'line',
    why: '{because}',
    ends: 'matter',
  },
  'line.failed': {
    severity: 'error',
    text: 'Line {line} from {from} to {to} failed: {because}',
    changes: 'network',
    matter: 'line',
    why: '{because}',
    ends: 'matter',
  },
  'line.refused': { severity: 'warning', text: 'A line of {rate} from {from} to {to} was refused: {because}' },
  'agent.listed': { severity: 'info', text: '{agent} ({role}) has published itself, at {networks}' },
  'agent.forgotten': {
    severity: 'info',
    text: '{agent} ({role}) was taken off the list',
    changes: 'rights',
    undo: 'it publishes itself again',
  },
  'agent.quarantined': {
    severity: 'warning',
    text: '{agent} is put in quarantine by {owner}: {reason}',
    changes: 'rights',
    matter: 'agent',
    why: '{reason}',
    undo: 'vagus agent release {agent}',
  },
  'agent.released': {
    severity: 'info',
    text: '{agent} is released from quarantine by {owner} ({reason})',
    changes: 'rights',
    matter: 'agent',
    why: '{reason}',
    ends: 'matter',
  },
  'roster.published': {
    severity: 'info',
    text: '{owner} published its roster {epoch}: {members|member|members}, {quarantined} in quarantine',
    changes: 'rights',
    undo: 'its owner publishes another: vagus roster publish',
  },
  'roster.forgotten': {
    severity: 'warning',
    text: 'The roster of {owner} was taken away',
    changes: 'rights',
    undo: 'its owner publishes it again: vagus roster publish',
  },
  'agent.refused': {
    severity: 'warning',
    text: 'BGP from {address} refused ({count|connection|connections}): {problem}',
  },
  'session.up': { severity: 'info', text: '{agent} has a session with {peer}, over {path}' },
  'session.moving': {
    severity: 'info',
    text: '{agent} tells {peer} that it is about to move to {to}; nothing may get through for {milliseconds}',
  },
  'session.moved': { severity: 'info', text: '{agent} reaches {peer} over {to}, no longer over {from}' },
  'session.gap': { severity: 'warning', text: '{agent} heard nothing from {peer} for {milliseconds}' },
  'session.over': { severity: 'info', text: 'The session of {agent} with {peer} has ended' },
  'receiver.overflow': {
    severity: 'warning',
    text: 'The kernel dropped {count|datagram|datagrams} before we read them; raise flow.receiveBuffer',
  },
  'receiver.flood': {
    severity: 'warning',
    text: '{count|more event|more events} {name} within a minute, not shown one by one; {list} shows all',
  },
  'receiver.fallback': { severity: 'warning', text: 'Receiving without recvmmsg: {problem}' },
  'store.disk-full': {
    severity: 'error',
    text: 'The disk is full: {waiting|record waits|records wait} in memory, {dropped} given up',
  },
  'store.recovered': { severity: 'info', text: 'The store writes again; {dropped|record|records} given up' },
  'store.replayed': { severity: 'info', text: '{records|record|records} read back from the log' },
  'store.damaged': { severity: 'warning', text: 'The store skipped {octets} octets of {file}: {problem}' },
  'store.failed': { severity: 'error', text: 'The store failed: {problem}' },
} as const satisfies Record<string, EventKind>

export type EventName = keyof typeof sentences

/** All that is known of events of that name; of names that are no more, how severe they were is in the event. */
export const eventKind = (name: EventName): EventKind =>
  Object.hasOwn(sentences, name) ? sentences[name] : { severity: 'info', text: name }

type Fields = Readonly<Record<string, string | number>>

/** `value` of the field of that name; times read as durations do everywhere. */
function fieldText(name: string, value: string | number): string {
  if (typeof value === 'number' && name === 'seconds') return durationText(value)
  if (typeof value === 'number' && name === 'milliseconds') return millisecondsText(value)
  return String(value)
}

/** `text` with the `fields` in their places, as in `sentences`; a field that is lacking shows as "?". */
export const filledIn = (text: string, fields: Fields): string =>
  text.replaceAll(
    /\{(\w+)(?:\|([^|}]+)\|([^|}]+))?\}/g,
    (_, name: string, one: string | undefined, many: string | undefined) => {
      const value = fields[name] ?? '?'
      return one === undefined ? fieldText(name, value) : `${value} ${value === 1 ? one : many}`
    },
  )

/** The event as people read it, with who caused it unless it says so itself; a field that the event lacks shows as "?". */
export function sentenceOf({
  event,
  fields,
  by,
}: {
  readonly event: EventName
  readonly fields: Fields
  readonly by?: Actor | undefined
}): string {
  const { text, who }: EventKind = sentences[event]
  const said = filledIn(text, fields)
  if (by === undefined || who === 'said' || said.includes(actorText(by))) return said
  return `${said} (by ${actorText(by)})`
}
