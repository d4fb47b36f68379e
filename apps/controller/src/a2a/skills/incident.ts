/**
 * The skill `incident`: a task follows what is wrong with the network. Each incident is an artifact of it, as
 * `ietf-incident`, and takes the place of what was told of it before; so the task itself shows all that is open.
 * `incident-diagnosis` is about one.
 * @module
 */
import { z } from '@hono/zod-openapi'
import { durationPattern, parseDuration } from '@vagus/api/duration'
import { ProblemError, problemOf, queryProblem } from '../../http/problem.ts'
import { type Incident, isOpen } from '../../incidents/incident.ts'
import { incidentParts } from '../../incidents/incident-data.ts'
import type { IncidentDesk } from '../../incidents/incident-desk.ts'
import type { Skill, Wanted } from '../skill.ts'
import { type KeptTask, priorities, type Priority, type TaskArtifact } from '../task.ts'

export interface IncidentSkillParts {
  readonly incidents: IncidentDesk
  /** What the network is called. */
  readonly domain: string
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** How long one follows, milliseconds. */
const longest = 31 * 86_400_000

const wishSchema = z.strictObject({
  least: z.enum(priorities).default('low'),
  for: z.string().regex(durationPattern, 'must be a duration such as 24h').default('24h'),
})

/** What a task remembers. */
interface Matter {
  readonly least: Priority
  /** Milliseconds since 1970. */
  readonly until: number
}

export function incidentSkill({ incidents, domain, now }: IncidentSkillParts): Skill {
  const isFor = ({ least }: Matter, { priority }: Incident): boolean =>
    priorities.indexOf(priority) >= priorities.indexOf(least)
  const fitting = (matter: Matter, begunAt: number): readonly Incident[] =>
    incidents.all.filter((one) => isFor(matter, one) && (isOpen(one) || one.toldAt >= begunAt))
  return {
    id: 'incident',
    card: {
      name: 'Incidents',
      description:
        'Follows incidents: links down or congested, or about to be; exporters silent, lines degraded, sessions lost. One ' +
        'artifact each (ietf-incident), with updates until it is cleared. Data, all optional: {least: low|medium|high|' +
        'critical, for: 24h}.',
      tags: ['network', 'incident', 'subscription'],
      examples: ['follow incidents'],
    },
    claims: ({ text }) => /\bincidents?\b|\balarms?\b/i.test(text),
    take(_, wanted) {
      const wish = wishOf(wanted)
      const matter: Matter = { least: wish.least, until: now() + parseDuration(wish.for) }
      const open = incidents.open.filter((one) => isFor(matter, one)).length
      const text = `${open} ${open === 1 ? 'incident is' : 'incidents are'} open; what begins, changes or ends follows`
      return { state: 'working', text, matter }
    },
    look({ matter }, at) {
      if (matter === null || at < (matter as Matter).until) return undefined
      return { state: 'completed', text: 'the time for which it was to follow is over' }
    },
    isMet: ({ state }) => state === 'working',
    artifactsOf({ matter, begunAt }): readonly TaskArtifact[] {
      if (matter === null) return []
      return fitting(matter as Matter, begunAt).map((one) => artifactOf(one, domain))
    },
    lasts: true,
  }
}

const asked = z.object({ incident: z.object({ incident_id: z.string().min(1) }) })

export function diagnosisSkill({ incidents, domain }: Pick<IncidentSkillParts, 'incidents' | 'domain'>): Skill {
  return {
    id: 'incident-diagnosis',
    card: {
      name: 'Diagnosis of an incident',
      description: 'What is known of one incident. Data: {incident: {incident_id}} (ietf-incident).',
      tags: ['network', 'incident'],
      examples: ['diagnose incident-7'],
    },
    claims: ({ text, data }) => /\bdiagnos/i.test(text) || asked.safeParse(data).success,
    take({ id: task }: KeptTask, { text, data }: Wanted) {
      const named = asked.safeParse(data).data?.incident.incident_id ?? /\bincident-\d+\b/.exec(text)?.[0]
      const found = incidents.all.find(({ id }) => id === named)
      if (found === undefined) {
        const ids = incidents.open.map(({ id }) => id).slice(-3)
        const near = ids.length === 0 ? 'none is open' : `open are ${ids.join(', ')}`
        throw new ProblemError(problemOf(404, `there is no incident "${named ?? '?'}"; ${near}`))
      }
      const { id, name, parts } = artifactOf(found, domain)
      return { state: 'completed', text: found.text, artifacts: [{ id: `${task}-${id}`, name, parts }] }
    },
  }
}

const artifactOf = (one: Incident, domain: string): TaskArtifact => ({
  id: one.id,
  name: 'incident',
  revision: one.revision,
  parts: incidentParts(one, domain),
})

/** @throws {ProblemError} 400 */
function wishOf({ data }: Wanted): z.infer<typeof wishSchema> {
  const read = wishSchema.safeParse(data)
  if (!read.success) throw new ProblemError(queryProblem(read.error.issues, Object.keys(wishSchema.shape), data))
  const lasts = parseDuration(read.data.for)
  if (lasts >= 1000 && lasts <= longest) return read.data
  throw new ProblemError(problemOf(400, `for: "${read.data.for}" must be 1s to 31d`))
}
