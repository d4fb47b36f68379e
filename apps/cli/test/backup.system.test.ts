import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { request } from 'node:http'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { dataSets, message, templateSet } from '../../controller/test/support/ipfix.ts'
import { eventually, until } from '../../../scripts/eventually.ts'
import { start, vagus } from './started.ts'

const folder = mkdtempSync(join(tmpdir(), 'vagus-backup-'))
const socket = join(folder, 'c.sock')
const home = join(folder, 'home')
const elsewhere = join(folder, 'elsewhere')
const archive = join(folder, 'v.tar.zst')
const children: ChildProcess[] = []
after(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

writeFileSync(
  join(folder, 'vagus.yaml'),
  `domain: test
listen: 'unix:${socket}'
flow: { listen: ['127.0.0.1:0'] }
agent: { listen: ['udp://127.0.0.1:0'] }
devices: [{ name: edge-1, role: edge, address: 127.0.0.1, samplingRate: 1 }]
`,
)

/** A controller as an operator starts it, and the port that it receives flows on. */
async function startController(
  ...args: readonly string[]
): Promise<{ readonly child: ChildProcess; readonly port: number }> {
  const child = start(process.execPath, ['controller', ...args])
  children.push(child)
  let said = ''
  const port = await new Promise<number>((resolve, reject) => {
    child.stderr!.on('data', (octets: Buffer) => {
      said += octets.toString()
      const found = /flows: udp 127\.0\.0\.1:(\d+)/.exec(said)?.[1]
      if (found !== undefined) resolve(Number(found))
    })
    child.once('exit', (code) => reject(new Error(`the controller ended with ${code}: ${said}`)))
  })
  return { child, port }
}

async function asked(...args: readonly string[]): Promise<string> {
  const { exit, out, err } = await vagus(args, { VAGUS_CONTROLLER: `unix:${socket}` })
  assert.equal(exit, 0, `vagus ${args.join(' ')}: ${out}${err}`)
  return out
}
/** What the API answers: a process for each look would take longer than all else. */
async function answer(path: string): Promise<Record<string, unknown>> {
  const asking = request({ socketPath: socket, path, headers: { host: 'localhost' } }).end()
  const [response] = (await once(asking, 'response')) as [AsyncIterable<Buffer>]
  const parts: Buffer[] = []
  for await (const part of response) parts.push(part)
  return JSON.parse(Buffer.concat(parts).toString()) as Record<string, unknown>
}

test(
  'a backup of a controller that writes, restored elsewhere, gives the same answers',
  { timeout: 240_000 },
  async () => {
    const first = await startController('-c', join(folder, 'vagus.yaml'), '--home', home)
    const out = createSocket('udp4')
    let sent = 0
    const send = (count: number): void => {
      const end = Date.now()
      const flows = Array.from({ length: count }, (_, at) => ({
        src: `10.0.0.${(sent + at) % 200}`,
        dst: '10.9.0.1',
        octets: 1000,
        end,
      }))
      out.send(message(sent, end, ...(sent === 0 ? [templateSet()] : []), dataSets(flows)), first.port, '127.0.0.1')
      sent += count
    }
    for (let turn = 0; turn < 50; turn++) send(20)
    await eventually(
      'the records arrive',
      async () => ((await answer('/v1/status'))['flows'] as { readonly records: number }).records === 1000,
    )
    // What ends later, and comes while the backup is made, is in it or not.
    const to = new Date(Date.now() + 1).toISOString()
    const from = new Date(Date.now() - 600_000).toISOString()
    const top = async (): Promise<unknown> => {
      const query = `by=src&n=300&from=${from}&to=${to}&filter=version%3D4`
      const { items, total } = await answer(`/v1/flows/top?${query}`)
      return { items, total }
    }
    const sending = setInterval(() => send(20), 5)
    const options = ['-c', join(folder, 'vagus.yaml'), '--home', home, '--with-keys', '--json']
    const made = await asked('backup', archive, ...options)
    clearInterval(sending)
    out.close()
    assert.equal(statSync(archive).mode & 0o777, 0o600)
    await eventually('the snapshot is gone', () => readdirSync(join(home, 'flows', 'tmp')).length === 0)

    const refused = await vagus(['restore', archive, '--into', home, '--yes'])
    assert.match(refused.err, /^vagus: a controller runs on /)
    const before = {
      top: await top(),
      agents: (await answer('/v1/agents'))['items'] as readonly { readonly id: string }[],
    }
    assert.equal((before.top as { readonly total: { readonly flows: number } }).total.flows, 1000)
    first.child.kill('SIGTERM')
    await once(first.child, 'exit')

    await asked('restore', archive, '--into', elsewhere)
    await startController('-c', join(elsewhere, 'vagus.yaml'), '--home', elsewhere)
    await until(top, (answer) => JSON.stringify(answer) === JSON.stringify(before.top))
    const agents = (await answer('/v1/agents'))['items'] as readonly { readonly id: string }[]
    assert.deepEqual(
      agents.map(({ id }) => id),
      before.agents.map(({ id }) => id),
    )
    const { record } = JSON.parse(made) as { readonly record: { readonly last: { readonly id: number } } }
    const verdict = await asked('audit', 'verify')
    assert.match(verdict, /^whole /)
    assert.ok(verdict.includes(`goes on from a backup since event ${record.last.id + 1} (`), verdict)
    assert.match(await asked('check', 'record'), /^OK - .* \| events=\d+/)
  },
)
