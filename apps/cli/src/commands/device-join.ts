/** `vagus device join`: a new box becomes a member of the domain that it is cabled to (RFC 8995). @module */
import { readFileSync } from 'node:fs'
import { type Call, defineCommand } from '../command.ts'
import { exitCode, type ExitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { durationText } from '../format.ts'
import { boxPaths, openBox, pledgeOf } from '../join/box.ts'
import { newsText } from '../join/news-text.ts'
import { homeOf, homeOption, withKeyring } from '../keyring-options.ts'
import type { Options } from '../option.ts'

const options = {
  on: { type: 'words', value: 'INTERFACES', default: ['*'], description: 'where to look for join proxies' },
  idevid: { type: 'text', value: 'FOLDER', description: 'identity of its maker (default: idevid in the home)' },
  write: {
    type: 'text',
    value: 'FILE',
    description: 'options of "vagus device" go there (default: device.yaml in the home)',
  },
  forget: { type: 'flag', description: 'forget the domain' },
  ...homeOption,
} as const satisfies Options
type JoinCall = Call<typeof options>

export const command = defineCommand({
  name: 'device join',
  summary: 'make this new box a member of the domain that it is cabled to',
  effect: 'rw',
  isService: true,
  examples: [
    { line: 'vagus device join', does: 'over any link; then: vagus device' },
    { line: 'vagus device join --on eth0', does: 'over that link alone' },
    { line: 'vagus device join --forget', does: 'as if it had never joined; its options and keys stay' },
  ],
  options,
  run: (call) => withKeyring(call, () => join(call)),
})

/** @throws {Failure}, {KeyringError} */
async function join(call: JoinCall): Promise<ExitCode> {
  const { values, terminal, signal } = call
  const home = await homeOf(call)
  const paths = boxPaths(home)
  const target = values.write ?? paths.options
  const say = (line: string): void => terminal.err(`${line}\n`)
  const box = await openBox(home, values.idevid ?? paths.idevid)
  const { idevid, file } = box
  if (values.forget) {
    file.remove()
    say(`${idevid.serial} has forgotten its domain; to join again: vagus device join`)
    return exitCode.ok
  }
  const { runPledge, stageOf } = await import('@vagus/device/pledge')
  const own = values.home === undefined ? 'vagus device' : `vagus device --home ${home}`
  const next = target === paths.options ? own : `${own} -c ${target}`
  if (stageOf(file.state) === 'member') {
    say(`${idevid.serial} is a member of ${file.state.settled?.domain ?? 'a domain'} already; next: ${next}`)
    say('if the domain took it back, or says that it is another device: vagus device join --forget, then join again')
    return exitCode.ok
  }
  const since = performance.now()
  say(`${idevid.serial} looks for a join proxy on ${values.on.includes('*') ? 'all links' : values.on.join(', ')}`)
  let last = ''
  const tell = (line: string): void => {
    if (line !== last) say(line) // it asks for days where nobody accepts it
    last = line
  }
  const pledge = await pledgeOf(box, {
    home,
    options: target,
    report: say,
    onNews: (news) => tell(newsText(news, idevid.serial)),
  })
  pledge.agentKey() // what is wrong with it is said now, not after a voucher
  await runPledge({ ...pledge, interfaces: values.on, until: 'joined' }, signal)
  if (signal.aborted) return exitCode.interrupted
  const { settled, member } = file.state
  if (settled === undefined || member === undefined) throw new Failure(exitCode.failed, 'it did not join')
  const took = durationText((performance.now() - since) / 1000)
  terminal.out(`joined ${settled.domain} as ${member.agent} after ${took}\n`)
  say(`its options are in ${target}`)
  if (!/^router:/m.test(readFileSync(target, 'utf8')))
    say(`no router was found here: add "router: frr", or bird or gobgp, to that file`)
  say(`next: ${next}`)
  return exitCode.ok
}
