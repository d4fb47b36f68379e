/**
 * The sentences of events, without the schemas: a page that shows events needs these and not a validator.
 * @module
 */

/** Every event there is, its severity, and the sentence that people read. `{field}` is replaced by the event's field. */
export const sentences = {
  'controller.started': { severity: 'info', text: 'Controller {version} started, {devices} devices configured' },
  'controller.stopped': { severity: 'info', text: 'Controller stopped' },
  'config.reloaded': { severity: 'info', text: 'Configuration read again: {changes}' },
  'config.rejected': { severity: 'error', text: 'Configuration not accepted, the old one stays: {problem}' },
  'exporter.seen': {
    severity: 'info',
    text: '{device} exports {protocol} from {address}; its streams: vagus exporter ls',
  },
  'exporter.unknown': { severity: 'warning', text: '{address} exports {protocol} and is no configured device' },
  'exporter.silent': { severity: 'error', text: '{device} has exported nothing for {seconds} s' },
  'exporter.resumed': { severity: 'info', text: '{device} exports again after {seconds} s' },
  'exporter.restarted': {
    severity: 'warning',
    text: '{device} restarted its {protocol} export {count} ×, last on port {port}: {reason}',
  },
  'exporter.malformed': {
    severity: 'warning',
    text: '{count} datagrams from {address} were not understood, the last one at {problem}',
  },
  'exporter.loss': {
    severity: 'warning',
    text: '{lost} {protocol} {unit} of {device} were lost on the way ({share} %), in {streams} of its streams',
  },
  'exporter.no-ipv6': {
    severity: 'warning',
    text: '{device} exports {protocol}, which cannot carry IPv6: its IPv6 traffic is not seen',
  },
  'exporter.no-sampling-rate': {
    severity: 'warning',
    text: '{device} does not say its sampling rate; set devices.samplingRate',
  },
  'link.down': { severity: 'error', text: 'Link {link} is down ({device} {interface})' },
  'link.up': { severity: 'info', text: 'Link {link} is up again after {seconds} s' },
  'link.congested': { severity: 'warning', text: 'Link {link} carries {percent} % of its capacity' },
  'link.relieved': { severity: 'info', text: 'Link {link} is back to {percent} % of its capacity' },
  'receiver.overflow': {
    severity: 'warning',
    text: 'The kernel dropped {count} datagrams before we read them; raise flow.receiveBuffer',
  },
  'receiver.flood': {
    severity: 'warning',
    text: '{count} more events {name} within a minute are not shown one by one; vagus exporter ls knows all exporters',
  },
  'receiver.fallback': { severity: 'warning', text: 'Receiving without recvmmsg: {problem}' },
  'store.disk-full': {
    severity: 'error',
    text: 'The disk is full: {waiting} records wait in memory, {dropped} were given up',
  },
  'store.recovered': { severity: 'info', text: 'The store writes again; {dropped} records were given up' },
  'store.replayed': { severity: 'info', text: '{records} records were read back from the log' },
  'store.damaged': { severity: 'warning', text: 'The store stepped over {octets} octets of {file}: {problem}' },
  'store.failed': { severity: 'error', text: 'The store failed: {problem}' },
} as const satisfies Record<string, { severity: 'info' | 'warning' | 'error'; text: string }>

export type EventName = keyof typeof sentences

/** The event as people read it; a field that the event lacks shows as "?". */
export function sentenceOf(event: {
  readonly event: EventName
  readonly fields: Readonly<Record<string, string | number>>
}): string {
  return sentences[event.event].text.replaceAll(/\{(\w+)\}/g, (_, field: string) => String(event.fields[field] ?? '?'))
}
