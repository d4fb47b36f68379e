/** `vagus roster check CALLER CALLED`: whether a call would be allowed, by which policy, and why. @module */
import type { Call as AccessCall } from '@vagus/access'
import { type Call, defineCommand } from '../command.ts'
import { jsonOption } from '../controller-options.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { resourceText } from '../json.ts'
import { homeOption } from '../keyring-options.ts'
import type { Options } from '../option.ts'
import { memberOf } from '../roster/members.ts'
import { ownerOf, rosterOption } from '../roster/owner.ts'
import { problemsText } from '../roster/policy-problems.ts'

const options = {
  a2a: { type: 'text', value: 'OPERATION', description: 'of A2A, such as SendMessage (default: any call over A2A)' },
  skill: { type: 'text', value: 'NAME', description: 'that the message names (request_type)' },
  mcp: { type: 'text', value: 'METHOD', description: 'of MCP, such as tools/call' },
  tool: { type: 'text', value: 'NAME', description: 'the tool of tools/call' },
  http: { type: 'text', value: 'METHOD', description: 'of any other HTTP server, such as GET' },
  path: { type: 'text', value: 'PATH', default: '/', description: 'of the request at the called agent' },
  under: { type: 'text', value: 'NAME', description: 'the member in whose name CALLER acts, by delegation' },
  can: { type: 'words', value: 'LIST', default: [], description: 'what it is delegated, such as report.read' },
  outsider: {
    type: 'text',
    value: 'ISSUER#NAME',
    description: 'for whom CALLER asks, as a gateway, such as https://idp.example#alice',
  },
  scope: { type: 'words', value: 'LIST', default: [], description: 'scopes of the token of --outsider' },
  group: { type: 'words', value: 'LIST', default: [], description: 'groups of --outsider' },
  ...rosterOption,
  controller: { type: 'text', value: 'ADDRESS', description: 'of a lab, to check its roster' },
  ...homeOption,
  ...jsonOption,
} as const satisfies Options

export const command = defineCommand({
  name: 'roster check',
  summary: 'would this call be allowed, by which policy, and why',
  effect: 'ro',
  examples: [
    { line: 'vagus roster check boss writer', does: 'exit code 0 if it is allowed, else 1' },
    { line: 'vagus roster check boss files --mcp tools/call --tool read_file', does: 'one tool' },
    { line: 'vagus roster check boss network --a2a SendMessage --skill private-line', does: 'one skill' },
    {
      line: 'vagus roster check door calc --mcp tools/call --tool add --outsider https://idp.example#alice --scope read',
      does: 'somebody outside',
    },
    { line: 'vagus roster check did:key:z6Mk… writer --under boss --can report.read', does: 'a delegate of boss' },
  ],
  arguments: [
    { name: 'CALLER', description: 'a member, or the id of anyone', presence: 'required' },
    { name: 'CALLED', description: 'a member', presence: 'required' },
  ],
  options,
  async run(call: Call<typeof options>) {
    const { values, terminal } = call
    const owner = await ownerOf(call)
    const { rosterAccess } = await import('@vagus/access')
    const compiled = rosterAccess(owner.roster, Date.now())
    if (compiled.type === 'problems')
      throw new Failure(
        exitCode.failed,
        problemsText('policies', owner.roster.policies, compiled.problems),
        'vagus roster policy FILE',
      )
    const decision = compiled.access.decide(await askedOf(call, owner.roster))
    const { allowed, because } = decision
    if (values.json) terminal.out(resourceText('AccessDecision', decision))
    else {
      const { good, bad } = terminal.paint
      terminal.out(`${allowed ? good('allowed') : bad('refused')}: ${because}\n`)
    }
    return allowed ? exitCode.ok : exitCode.failed
  },
})

/** @throws {Failure} usage */
async function askedOf(
  { values, words }: Call<typeof options>,
  roster: Parameters<typeof memberOf>[0],
): Promise<AccessCall> {
  const { isAgentId } = await import('@vagus/identity')
  const idOf = (word: string): string => (isAgentId(word) ? word : memberOf(roster, word).id)
  const [caller, called] = words.map(idOf) as [string, string]
  const asked = (['a2a', 'mcp', 'http'] as const).filter((protocol) => values[protocol] !== undefined)
  if (asked.length > 1)
    throw new Failure(exitCode.usage, `a call is over one of --${asked.join(', --')}`, 'ask once for each')
  if (values.tool !== undefined && values.mcp !== 'tools/call')
    throw new Failure(exitCode.usage, '"--tool" needs "--mcp tools/call"', 'such as --mcp tools/call --tool read_file')
  if (values.skill !== undefined && (values.mcp ?? values.http) !== undefined)
    throw new Failure(exitCode.usage, '"--skill" is of A2A', 'such as --a2a SendMessage --skill private-line')
  if (values.can.length > 0 && values.under === undefined)
    throw new Failure(exitCode.usage, '"--can" needs "--under NAME"', 'the member who has delegated it')
  const outsider = outsiderOf(values)
  const [protocol = 'a2a'] = asked
  const operation = values[protocol]
  return {
    caller,
    called,
    protocol,
    path: values.path,
    ...(operation === undefined ? {} : { operation }),
    ...(values.tool === undefined ? {} : { tool: values.tool }),
    ...(values.skill === undefined ? {} : { skill: values.skill }),
    ...(values.under === undefined ? {} : { mandate: { root: idOf(values.under), capabilities: values.can } }),
    ...(outsider === undefined ? {} : { outsider }),
  }
}

/** @throws {Failure} usage */
function outsiderOf({
  outsider: text,
  scope: scopes,
  group: groups,
}: Call<typeof options>['values']): AccessCall['outsider'] {
  if (text === undefined) {
    if (scopes.length + groups.length === 0) return undefined
    throw new Failure(
      exitCode.usage,
      '"--scope" and "--group" need "--outsider"',
      'such as --outsider https://idp#alice',
    )
  }
  const [, issuer, subject] = /^([^#]+)#(.+)$/.exec(text) ?? []
  if (issuer !== undefined && subject !== undefined) return { issuer, subject, scopes, groups }
  throw new Failure(
    exitCode.usage,
    `"--outsider" is ISSUER#NAME, got "${text}"`,
    'such as --outsider https://idp.example#alice; with a token of a file: urn:vagus:gateway#ci',
  )
}
