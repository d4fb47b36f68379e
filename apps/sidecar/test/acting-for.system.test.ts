/** `vagus run --act-for`: an unmodified program calls others in the name of who delegated that to its agent. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { eventually } from '../../../scripts/eventually.ts'
import { endServer, listening } from './sidecars.ts'
import { type Started, started, vagus } from './started.ts'

const home = mkdtempSync(join(tmpdir(), 'vagus-act-for-'))
const file = join(home, 'd.jws')
const programs: Started[] = []
function start(...args: readonly string[]): Started {
  const program = started(process.execPath, [vagus, ...args], { VAGUS_HOME: home, VAGUS_CONTROLLER: '' })
  programs.push(program)
  return program
}
async function done(...args: readonly string[]): Promise<string> {
  const program = start(...args)
  assert.equal(await program.exit, 0, program.text())
  return program.text()
}
const delegate = (to: string, time: string): Promise<string> =>
  done('id', 'delegate', 'boss', '--to', to, '--can', 'report.write', '--task', 't', '--for', time, '--out', file)
const helper = (): Started => start('run', '--name', 'helper', '--act-for', file)

let server: Server
let boss = ''
before(async () => {
  const served = await listening((request, response) =>
    response.end(['vagus-agent-under', 'vagus-agent-can'].map((name) => request.headers[name]).join(' ')),
  )
  server = served.server
  for (const name of ['boss', 'helper', 'other']) await done('id', 'new', name)
  boss = /did:key:\w+/.exec(await done('id', 'show', 'boss'))![0]
  await start('run', '--name', 'worker', '--a2a', served.url, '--allow', 'under:boss/report.write').says(
    /calls others at/,
  )
})
after(() => {
  for (const { child } of programs) child.kill('SIGKILL')
  endServer(server)
  rmSync(home, { recursive: true, force: true })
})

test('it is served as its owner’s delegate while the mandate holds, and again with the next one', async () => {
  const served = `200 ${boss} report.write`
  let side: Started | undefined
  let base = ''
  const ask = async (): Promise<string> => {
    const response = await fetch(`${base}worker/`)
    return `${response.status} ${await response.text()}`
  }
  let answer = ''
  // Where the machine is busy, a short one is over before it is shown.
  for (const time of ['8s', '30s', '2m']) {
    if (answer === served) break
    side?.child.kill()
    await side?.exit
    await delegate('helper', time)
    side = helper()
    base = (await side.says(/calls others at (http:\S+)NAME|: expired/))[1] ?? ''
    answer = base === '' ? 'expired' : await ask()
  }
  assert.ok(side !== undefined && answer === served, `${answer}: ${side?.text()}`)
  assert.match(side.text(), new RegExp(`acts in the name of ${boss}, for report\\.write, while \\S+d\\.jws says so`))
  await side.says(/acts in its own name until there is a mandate again: \S+d\.jws: expired/)
  assert.match(await ask(), /^403 .*it speaks for itself, and has no mandate of boss/)
  await delegate('helper', '5m')
  await side.says(/acts in the name of did:key:\w+ again/)
  await eventually('it is served again', async () => (await ask()) === `200 ${boss} report.write`)
})

test('a mandate that does not hold from the start is an error, with what would be right', async () => {
  for (const [prepare, says] of [
    [() => delegate('other', '5m'), /d\.jws is for did:key:\w+, and this is did:key/],
    [() => Promise.resolve(rmSync(file)), /ENOENT/],
  ] as const) {
    await prepare()
    const side = helper()
    assert.equal(await side.exit, 4, side.text())
    assert.match(side.text(), says)
    assert.match(side.text(), /vagus id delegate OWNER --to NAME/)
  }
})
