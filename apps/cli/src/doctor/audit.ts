/** Whether the record of events held when the controller started, and whether somebody signs it. @module */
import type { AuditHead } from '@vagus/api/audit'
import type { Client } from '../client.ts'
import { type Check, fail, ok, warn } from './check.ts'

/** Undefined of a controller that is older than its record, or cannot read it. */
export const askAudit = (client: Client): Promise<AuditHead | undefined> =>
  client.get<AuditHead>('AuditHead', '/v1/audit/head').catch(() => undefined)

export function auditChecks(head: AuditHead | undefined): readonly Check[] {
  if (head === undefined) return []
  const { problem, signedBy, last } = head
  if (problem !== null)
    return [fail('record', `somebody changed the record of events: ${problem}`, 'vagus audit verify')]
  if (signedBy === null)
    return [
      warn(
        'record',
        'nobody signs the record of events: who can write its file can write another',
        "in vagus.yaml, agent: { listen: ['udp://ADDRESS:7602'] }; then restart it · vagus config explain agent",
      ),
    ]
  return [ok('record', `its newest events follow each other up to ${last.id}; vagus audit verify checks all`)]
}
