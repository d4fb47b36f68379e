/** Of the controller itself: its start, configuration, record, receiver and store. @module */
import type { EventKind } from './event-kind.ts'

export const ofController = {
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
  'operator.signed-in': { severity: 'info', text: '{name} signed in with {how}, as {roles}' },
  'operator.refused': { severity: 'warning', text: '{name} is known to the issuer, but has no role here' },
  'audit.broken': {
    severity: 'error',
    text: 'The record of events was changed by somebody else: {problem}; vagus audit verify checks all of it',
  },
  'audit.continued': {
    severity: 'warning',
    text: 'The state was restored from a backup of {madeAt}: the record goes on after entry {after}; {former}',
    changes: 'rights',
  },
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
