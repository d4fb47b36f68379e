/** Of what routers export, and what it says of links. @module */
import type { EventKind } from './event-kind.ts'

export const ofExporters = {
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
    text: "{device} dates its {protocol} flows {seconds} {way} the controller's clock; their times are corrected by that",
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
  'snmp.unreachable': { severity: 'warning', text: '{device} does not tell its counters by SNMP: {problem}' },
  'snmp.back': { severity: 'info', text: '{device} tells its counters by SNMP again after {seconds}' },
  'snmp.restarted': { severity: 'warning', text: '{device} restarted, or its SNMP agent did' },
  'snmp.renumbered': {
    severity: 'warning',
    text: 'Interface {interface} of {device} has index {to} now, not {from}: flow records name it by that',
  },
  'link.down': { severity: 'error', text: 'Link {link} is down ({device} {interface})' },
  'link.up': { severity: 'info', text: 'Link {link} is up again after {seconds}' },
  'link.congested': { severity: 'warning', text: 'Link {link} carries {percent} % of its capacity' },
  'link.relieved': { severity: 'info', text: 'Link {link} is back to {percent} % of its capacity' },
  'link.expected-full': {
    severity: 'warning',
    text: 'Link {link} is likely to carry {threshold} % of its capacity or more by {by} (chance {percent} %)',
  },
  'link.expected-calm': { severity: 'info', text: 'Link {link} is not likely to fill up any more' },
} as const satisfies Record<string, EventKind>
