/** Tells all operators of an alarm. */
import assert from 'node:assert/strict'

for (const link of [7, 8]) {
  const response = await fetch(`${process.env['VAGUS_GROUPS_URL']}operator`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': `down-${link}` }, // sent again, it is still one message
    body: JSON.stringify({ link, state: 'down' }),
  })
  assert.equal(response.status, 202, await response.text()) // it is on disk: each operator gets it, also one that is away
}
setInterval(() => undefined, 60_000) // the side-car runs as long as this program
