/** How `vagus audit ls` says who it was. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AuditItem, auditListSchema } from '@vagus/api/audit'
import { auditText } from '../src/commands/audit-ls.ts'
import { noPaint } from '../src/paint.ts'

const now = '2026-11-28T12:00:00.000Z'
const item = (event: string, by: AuditItem['by'], what: string): AuditItem => ({
  id: 1,
  at: now,
  event,
  subject: '',
  changes: 'rights',
  what,
  by,
  why: null,
  undo: null,
  outcome: null,
})

test('who did it is named; a program does not know who runs it, and some things end of themselves', () => {
  const list = auditListSchema.parse({
    apiVersion: 'vagus/v1',
    kind: 'AuditList',
    now,
    items: [
      item('controller.started', null, 'Controller started'),
      item('route.class-ended', null, 'Class ended'),
      item('config.reloaded', { kind: 'operator', id: null, name: null }, 'Reloaded'),
    ],
  })
  assert.equal(
    auditText(list, { columns: 80, paint: noPaint, detail: 'plain' }).replaceAll(/^\S+ {2}#1 {2}/gm, ''),
    `whoever runs the controller
        Controller started
of itself, or not known
        Class ended
operator
        Reloaded`,
  )
})
