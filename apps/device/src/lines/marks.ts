/** By what our routes, rules, classes and tables are known among those of others. @module */
import { mostClass, type SegmentMarks } from '@vagus/linux'

/** Protocol number of our routes and rules ("V"); the rules come before main (32,766), and before those of most others. */
export const marks: SegmentMarks = { protocol: 86, priority: 20_086 }
/** Of nftables. */
export const guardTable = 'vagus_lines'
/** Routing tables: one for what goes into each path. */
export const tableOf = (number: number): number => 20_000 + number
/**
 * And one for the locators themselves, looked into before main: the daemon of the router reads main alone, and would pass
 * them on where it redistributes routes of the kernel. What it learns of an address within them changes no path either.
 */
export const locatorTable = 20_000
/** Numbers of paths: each is a class, too. */
export const mostPath = mostClass
/** All tables of lines; the last is never used, as no path has that number. */
export const tables = { first: locatorTable, last: tableOf(0xffff) } as const
