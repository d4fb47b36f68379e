/** The commands that ask for the same as a traffic class of a proposal. @module */
import { type ProposedClass, steeringOwner } from '@vagus/api/steering'

export const medWords = ({ prefix, link, class: number }: ProposedClass, seconds: number): string =>
  `vagus bgp med ${prefix} --link ${link} --class ${number} --for ${spanWords(seconds)} --owner ${steeringOwner}`

/** @param id of the class in force */
export const undoWords = (id: string, device: string): string =>
  `vagus bgp undo '${id}' --device ${device} --owner ${steeringOwner}`

/** As an option takes it, whole seconds: `1h`, `90s`. */
export function spanWords(seconds: number): string {
  const [length, unit] = (
    [
      [86_400, 'd'],
      [3600, 'h'],
      [60, 'm'],
      [1, 's'],
    ] as const
  ).find(([each]) => seconds % each === 0) ?? [1, 's']
  return `${seconds / length}${unit}`
}
