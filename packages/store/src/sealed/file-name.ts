/**
 * Names of Parquet files: the first and the last block whose rows they hold. From the names alone a restart knows what
 * is sealed and which files a crash left over.
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

/** `undefined` for a name that is not one of ours, such as a file under construction. */
export function blocksOf(name: string): BlockRange | undefined {
  const [, first, last] = form.exec(name) ?? []
  const [from, to] = [Number(first), Number(last)]
  return Number.isSafeInteger(from) && Number.isSafeInteger(to) && from <= to ? { from, to } : undefined
}

/**
 * Which of the files of one tier are used after a restart. A file within a wider one was merged into it: left over. A
 * file that begins behind `covered` was not finished: left over. Files never overlap in part; should they, the one that
 * begins first stays.
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
