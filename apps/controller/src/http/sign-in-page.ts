/** The page for a browser that cannot go on by itself while somebody signs in. It needs no file of the console. @module */
import { createHash } from 'node:crypto'
import type { Context } from 'hono'

/** Colours and type as the console has them. */
const style = `
:root{color-scheme:light dark;--text:light-dark(#1a2230,#e6eaf0);--accent:light-dark(#0b5cb8,#6cb1ff);font:14px/1.5 Inter,system-ui,sans-serif}
body{margin:0;padding:12vh 16px 32px;background:light-dark(#f5f6f8,#0e1116);color:var(--text)}
main{box-sizing:border-box;max-width:440px;margin:0 auto;padding:28px;border:1px solid light-dark(#dde1e7,#2a323d);border-radius:12px;background:light-dark(#fff,#151a21)}
h1{margin:18px 0 8px;font-size:20px;font-weight:650}
p{margin:0;overflow-wrap:anywhere}
.of{font-weight:700;font-size:15px}
a{display:inline-block;margin-top:20px;padding:8px 18px;border-radius:8px;background:var(--accent);color:light-dark(#fff,#0e1116);font-weight:600;text-decoration:none}
a:focus-visible{outline:2px solid var(--accent);outline-offset:2px}`
const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

export interface NextStep {
  readonly text: string
  readonly href: string
}

/** @param text why one is not signed in; its letters may be the issuer's or the person's @param next what one can do about it here */
export function signInPage(c: Context, status: 403 | 503, text: string, next?: NextStep): Response {
  const sentence = `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`
  const body = [
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
    `<title>Not signed in · Vagus</title><style>${style}</style>`,
    `<main><p class="of">Vagus</p><h1>Not signed in</h1><p>${escaped(sentence)}</p>`,
    ...(next === undefined ? [] : [`<a href="${escaped(next.href)}">${escaped(next.text)}</a>`]),
    '</main></html>',
  ]
  return c.html(body.join('\n'), status, { 'cache-control': 'no-store', 'content-security-policy': policy })
}

const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
