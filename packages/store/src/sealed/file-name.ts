/**
 * Names of Parquet files: the first and the last block whose rows they hold. A restart learns from the names alone what
 * is sealed and which files are leftovers of a crash.
 * @module
 */

const digits = 12
const form = /^(\d{12,16})-(\d{12,16})\.parquet$/

/** Blocks `from` to `to`, both included. */
export interface BlockRange {
  readonly from: number
  readonly to: number
}

const padded = (block: number): string => String(block).padStart(digits, '0')

export const fileNameOf = ({ from, to }: BlockRange): string => `${padded(from)}-${padded(to)}.parquet`

/** `undefined` for any other name, such as that of an unfinished file. */
export function blocksOf(name: string): BlockRange | undefined {
  const [, first, last] = form.exec(name) ?? []
  const [from, to] = [Number(first), Number(last)]
  return Number.isSafeInteger(from) && Number.isSafeInteger(to) && from <= to ? { from, to } : undefined
}

/**
 * Selects the files of one kind to use after a restart. Leftovers are files within the range of a wider one, which were
 * merged into it, and files that end after `covered`, whose seal was not finished. Files never overlap in part; if they
 * do, the one that starts first stays.
 */
export function resolveFiles<File extends BlockRange>(
  files: readonly File[],
  covered: number,
): { readonly live: readonly File[]; readonly leftOver: readonly File[] } {
  const live: File[] = []
  const leftOver: File[] = []
  let end = 0
  for (const file of [...files].sort((a, b) => a.from - b.from || b.to - a.to)) {
    if (file.to > covered || file.from <= end) leftOver.push(file)
    else {
      live.push(file)
      end = file.to
    }
  }
  return { live, leftOver }
}
