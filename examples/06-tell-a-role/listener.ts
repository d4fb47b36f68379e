/** Hears what is told to all operators. After a break, `Last-Event-ID` goes on behind the last event. */
import assert from 'node:assert/strict'
import type { GroupMessage } from '@vagus/api/groups'
import { EventSplitter, fieldsOf } from '@vagus/wire/event-stream'

const response = await fetch(`${process.env['VAGUS_GROUPS_URL']}operator`, { headers: { 'last-event-id': 'oldest' } })
assert.equal(response.status, 200)
const splitter = new EventSplitter(2 ** 22)
const links: number[] = []
for await (const part of response.body!) {
  for (const event of splitter.push(part)) {
    const { data } = fieldsOf(event)
    if (data === undefined) continue // a comment
    const { from, text } = JSON.parse(data) as GroupMessage
    assert.equal(from.member, 'teller') // by the roster, and proven by the key of the session
    links.push((JSON.parse(text!) as { readonly link: number }).link)
  }
  if (links.length >= 2) break
}
assert.deepEqual(links, [7, 8])
