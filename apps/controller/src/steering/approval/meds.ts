/** MEDs that routers can be asked for, and the traffic classes that set them. @module */
import { defaultClasses } from '@vagus/bgp/actuation'

export const knownMeds: readonly number[] = defaultClasses.flatMap(({ med }) => (med === undefined ? [] : [med]))

/** Undefined for a class that does something else, or is not known. */
export const medOfClass = (number: number): number | undefined =>
  defaultClasses.find((one) => one.number === number)?.med

export const classOfMed = (med: number): number | undefined => defaultClasses.find((one) => one.med === med)?.number
