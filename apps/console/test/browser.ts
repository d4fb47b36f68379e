/** Chromium for the tests of the page: one that runs as root, without what it would talk to the network for. */
import type { Browser, Page } from 'playwright-core'
import { chromium } from 'playwright-core'

const flags =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking ' +
  '--disable-component-update --disable-sync --font-render-hinting=none'

export const launch = async (): Promise<Browser> =>
  chromium.launch({ executablePath: '/usr/bin/chromium', args: flags.split(' ') })

export interface Look {
  readonly width: number
  readonly theme: 'light' | 'dark'
}

/** A page of its own profile, and every error and warning that its console got. */
export async function openPage(
  browser: Browser,
  url: string,
  { width, theme }: Look,
): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({
    viewport: { width, height: width < 600 ? 850 : 1000 },
    colorScheme: theme,
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.goto(url)
  return { page, complaints }
}

interface AxeResult {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[]
}

/** What axe-core finds, each as "rule: element"; its script is run past the policy of the page, as a debugger's is. */
export async function violationsOf(page: Page, axe: string): Promise<string[]> {
  await page.evaluate(axe)
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
  const { violations } = await page.evaluate<AxeResult>(
    `axe.run({ runOnly: { type: 'tag', values: ${JSON.stringify(tags)} } })`,
  )
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`))
}
