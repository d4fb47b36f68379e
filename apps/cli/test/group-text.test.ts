/** What people read of groups. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Group } from '@vagus/api/groups'
import { messageText } from '../src/commands/group-listen.ts'
import { groupListText } from '../src/commands/group-ls.ts'
import { groupText } from '../src/commands/group-show.ts'

const group: Group = {
  apiVersion: 'vagus/v1',
  kind: 'Group',
  name: 'operator',
  reads: true,
  writes: false,
  sent: 3,
  members: [
    { id: 'did:key:z6MkA', name: 'ann', has: 3 },
    { id: 'did:key:z6MkB', name: 'bob', has: null },
  ],
}
const lines = (text: string): string[] => text.split('\n').map((line) => line.trimEnd())

describe('groups in a terminal', () => {
  test('are listed with what the agent may do there', () => {
    const list = { apiVersion: 'vagus/v1', kind: 'GroupList' } as const
    const text = groupListText({ ...list, items: [group, { ...group, name: 'watch', reads: false, writes: true }] }, 80)
    assert.deepEqual(lines(text), [
      'GROUP     MEMBERS  MAY     SENT',
      'operator        2  listen     3',
      'watch           2  send       3',
    ])
    assert.match(groupListText({ ...list, items: [] }, 80), /no role in its roster; .*vagus roster add/)
  })

  test('are shown with who has what', () => {
    assert.deepEqual(lines(groupText(group, 80)), [
      'MEMBER  HAS  ID',
      'ann       3  did:key:z6MkA',
      'bob       –  did:key:z6MkB',
      '2 members; this agent has sent 3 messages',
    ])
  })

  test('give a message as one line, whatever is in it', () => {
    const from = { agent: 'did:key:z6MkA', member: 'ann', roles: ['operator'] }
    const message = { id: 'ab-1', from, sentAt: '2026-11-28T14:18:56.440Z', type: 'text/plain' }
    assert.equal(messageText({ ...message, text: 'one\ntwo' }), '14:18:56  ann  one two')
    assert.ok(!messageText({ ...message, text: '\u001b[31mred' }).includes('\u001b'))
    assert.equal(
      messageText({ ...message, type: 'image/png', base64: 'AAECAw==' }),
      '14:18:56  ann  4 octets of image/png',
    )
  })
})
