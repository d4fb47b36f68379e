/** A line for each kind of attempt: what was tried, how often, and what came of it. @module */
import type { Flooded } from './host/flood.ts'
import type { Replayed } from './host/replay.ts'
import type { Attempt, IntruderReport, Refusal } from './report.ts'

/** Octets sent to an address that proves nothing, for each that came from it (`@vagus/channel`). */
const amplification = 3
/** Without public keys and without state, and shorter than what they answer. */
const stateless: ReadonlySet<string> = new Set(['retry', 'decline', 'expired'])

type Figures = Pick<
  IntruderReport,
  | 'unenrolled'
  | 'handshakes'
  | 'notMember'
  | 'wrongRole'
  | 'olderRoster'
  | 'lookalike'
  | 'api'
  | 'quarantine'
  | 'defaults'
> & {
  /** Status of each publication of a card that is not the publisher's. */
  readonly copies: readonly number[]
}

export function attemptsOf(figures: Figures): readonly Attempt[] {
  const { unenrolled, handshakes, notMember, wrongRole, copies, olderRoster, lookalike, api, quarantine, defaults } =
    figures
  const { replayed, executed } = handshakes
  const { routers, ours } = countsOf(unenrolled.ports)
  const replays = replayed.early.sent + replayed.late.sent
  const accepted = copies.filter((code) => code < 400).length
  return [
    {
      what: `ports of agents and routers, from ${unenrolled.networks.join(', ')}, by a host that is enrolled nowhere`,
      times: unenrolled.askedPorts,
      outcome: `${unenrolled.acceptedPorts} of Vagus take what comes (${ours}) and tell nothing; ${unenrolled.answeredPorts} answer; ${routers} of the routers' own BGP`,
      gotIn: unenrolled.answeredPorts,
    },
    attemptOfFlood('beginnings of messages, with nonsense behind them', handshakes.beginnings, 0),
    attemptOfFlood('hellos of nonsense, as fast as they go', handshakes.nonsense, 0),
    attemptOfFlood('whole hellos of keys that nobody knows', handshakes.whole, handshakes.strangersIn),
    {
      what: `${replayed.early.packets} recorded packets of calls, again, at once and later, from elsewhere and in the caller's name`,
      times: replays,
      outcome: `${answersText(merged(replayed.early, replayed.late))}; executed by the agent: ${executed}`,
      gotIn: Math.max(0, executed),
    },
    attemptOfRefusal('calls of an agent with keys of its own that is no member', notMember),
    attemptOfRefusal('calls of a member without the role', wrongRole),
    {
      what: "a member's signed document under another name, under another key, and another's under its name",
      times: copies.length,
      outcome: copies.map((code) => `HTTP ${code}`).join(', '),
      gotIn: accepted,
    },
    {
      what: "the owner's own roster of before its last change, published again",
      times: 1,
      outcome: `HTTP ${olderRoster.code}, the fleet's roster went ${olderRoster.went}`,
      gotIn: olderRoster.went === 'back' ? 1 : 0,
    },
    {
      what: `calls by a name that a stranger has, too, and by ${lookalike.similar.name}, which only the stranger has`,
      times: lookalike.calls + 1,
      outcome: `${lookalike.byMember} answered by the member, ${lookalike.dialled} came to the stranger; by the other name: HTTP ${lookalike.similar.code}, ${lookalike.similar.type ?? 'no problem'}`,
      gotIn: lookalike.dialled,
    },
    {
      what: `routes of the controller's API that write, without its key and with a wrong one`,
      times: api.routes.length * 2,
      outcome: countedCodes(api.routes.flatMap(({ codes }) => codes)),
      gotIn: api.written,
    },
    {
      what: `a member in quarantine, in the midst of a stream`,
      times: quarantine.callsAfter,
      outcome: `last session closed ${timeText(quarantine.lastSession)}, stream cut ${timeText(quarantine.streamCut)} from the start of the command, which had published it after ${timeText(quarantine.published)}; ${quarantine.answeredAfter} of ${quarantine.callsAfter} calls behind it answered`,
      gotIn:
        quarantine.answeredAfter + [quarantine.lastSession, quarantine.streamCut].filter((at) => at === null).length,
    },
    {
      what: `sockets of controller, side-car and device agent that nobody has configured`,
      times: defaults.sockets.length,
      outcome:
        defaults.everywhere.length === 0
          ? 'all on loopback'
          : `${defaults.everywhere.length} on every address: ${defaults.everywhere.join(', ')}`,
      gotIn: defaults.everywhere.length,
    },
  ]
}

const timeText = (milliseconds: number | null): string => (milliseconds === null ? 'NOT' : `${milliseconds} ms`)

function countsOf(ports: IntruderReport['unenrolled']['ports']): { readonly routers: number; readonly ours: string } {
  const routers = new Set(
    ports.filter(({ owner }) => owner === 'router').map(({ address, port }) => `${address} ${port}`),
  )
  const places = (protocol: 'tcp' | 'udp'): number =>
    new Set(
      ports
        .filter((one) => one.owner === 'vagus' && one.protocol === protocol && (protocol === 'udp' || one.accepted > 0))
        .map(({ address, port }) => `${address} ${port}`),
    ).size
  return { routers: routers.size, ours: `TCP ${places('tcp')}, UDP ${places('udp')}` }
}

function attemptOfFlood(what: string, { sent, octetsSent, answers, octetsBack }: Flooded, sessions: number): Attempt {
  const ratio = octetsSent === 0 ? 0 : octetsBack / octetsSent
  const outcome = `${answersText(answers)}; ${ratio.toFixed(2)} octets back for each that was sent; sessions: ${sessions}`
  return { what, times: sent, outcome, gotIn: sessions + (ratio > amplification ? 1 : 0) }
}

const attemptOfRefusal = (what: string, { times, code, type, detail, told }: Refusal): Attempt => ({
  what,
  times,
  outcome: `HTTP ${code}, ${type ?? 'no problem'}: ${detail ?? ''}; ${told.length === 0 ? 'no event and no line in a log' : `told: ${told[0]}`}`,
  gotIn: code >= 200 && code < 300 ? times : 0,
})

type Answers = Flooded['answers']

const merged = (one: Replayed, other: Replayed): Answers => {
  const kinds = new Set([...Object.keys(one.answers), ...Object.keys(other.answers)]) as ReadonlySet<keyof Answers>
  return Object.fromEntries([...kinds].map((kind) => [kind, (one.answers[kind] ?? 0) + (other.answers[kind] ?? 0)]))
}

/** What is no message of a handshake belongs to the session that an answer begins, until its peer proves itself. */
const nameOf = (kind: string): string => (kind === 'other' ? 'packets behind these' : kind)

function answersText(answers: Answers): string {
  const all = Object.entries(answers)
  if (all.length === 0) return 'no answer'
  return all.map(([kind, count]) => `${count} ${nameOf(kind)}${stateless.has(kind) ? ', stateless' : ''}`).join('; ')
}

function countedCodes(codes: readonly number[]): string {
  const byCode = Map.groupBy(codes, (code) => code)
  return [...byCode]
    .sort(([one], [other]) => one - other)
    .map(([code, own]) => `${own.length} × HTTP ${code}`)
    .join(', ')
}
