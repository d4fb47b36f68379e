/**
 * The sentences of events, without the schemas: a page that shows events needs these and not a validator.
 * @module
 */
import { durationText, millisecondsText } from './figures.ts'

/**
 * Every event with its severity and the sentence for people. `{field}` stands for the event's field, `{field|one|many}`
 * for the field followed by its singular or plural word; `{seconds}` and `{milliseconds}` bring their unit along.
 */
export const sentences = {
  'controller.started': { severity: 'info', text: 'Controller {version} started, {devices|device|devices} configured' },
  'controller.stopped': { severity: 'info', text: 'Controller stopped' },
  'config.reloaded': { severity: 'info', text: 'Configuration reloaded: {changes}' },
  'config.rejected': { severity: 'error', text: 'Configuration rejected, the old one stays in use: {problem}' },
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
  },
  'route.class-ended': { severity: 'info', text: 'Class {class} of {prefix} at {device} {interface} has ended: {why}' },
  'steering.proposed': {
    severity: 'warning',
    text: '{link} carries {percent} % of its capacity, above its threshold; proposal {id}: {what}',
  },
  'steering.taken': { severity: 'info', text: 'Proposal {id} is in force: {what}' },
  'steering.relieved': { severity: 'info', text: 'Proposal {id} has ended: {link} has room again without it' },
  'steering.measured': {
    severity: 'info',
    text: 'Proposal {id} is measured: {link} carried up to {percent} % of its capacity, without it {otherPercent} %',
  },
  'steering.unmeasured': {
    severity: 'warning',
    text: 'Proposal {id} ended before anything was measured: not all of it is in force any more',
  },
  'steering.approved': { severity: 'info', text: 'Proposal {id} is approved by {by} for {seconds}: {what}' },
  'steering.ended': { severity: 'info', text: 'What was approved of {id} has ended: {because}' },
  'steering.refused': { severity: 'warning', text: 'Proposal {id} could not be approved by {by}: {problem}' },
  'steering.held': { severity: 'info', text: 'Proposal {id} is left to a person: {why}' },
  'steering.doubted': {
    severity: 'warning',
    text: 'What a person approved of {id} does not help: {why}; "vagus proposal undo {id}" ends it',
  },
  'line.active': {
    severity: 'info',
    text: 'Line {line} from {from} to {to} is there: {rate} over {path}, {milliseconds} after it was asked for',
  },
  'line.moved': {
    severity: 'info',
    text: 'Line {line} goes over {path} now, {milliseconds} after it had to: {because}',
  },
  'line.stuck': { severity: 'warning', text: 'Line {line} stays where it is ({because}): {problem}' },
  'line.released': { severity: 'info', text: 'Line {line} has ended: {because}' },
  'line.failed': { severity: 'error', text: 'Line {line} from {from} to {to} failed: {because}' },
  'line.refused': { severity: 'warning', text: 'A line of {rate} from {from} to {to} was refused: {because}' },
  'agent.listed': { severity: 'info', text: '{agent} ({role}) has published itself, at {networks}' },
  'agent.forgotten': { severity: 'info', text: '{agent} ({role}) was taken off the list' },
  'agent.quarantined': { severity: 'warning', text: '{agent} is put in quarantine by {owner}: {reason}' },
  'agent.released': { severity: 'info', text: '{agent} is released from quarantine by {owner} ({reason})' },
  'roster.published': {
    severity: 'info',
    text: '{owner} published its roster {epoch}: {members|member|members}, {quarantined} in quarantine',
  },
  'roster.forgotten': { severity: 'warning', text: 'The roster of {owner} was taken away' },
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
} as const satisfies Record<string, { severity: 'info' | 'warning' | 'error'; text: string }>

export type EventName = keyof typeof sentences

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

/** The event as people read it; a field that the event lacks shows as "?". */
export const sentenceOf = (event: { readonly event: EventName; readonly fields: Fields }): string =>
  filledIn(sentences[event.event].text, event.fields)
