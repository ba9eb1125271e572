import { readFile } from 'node:fs/promises'
import type { H3Event } from 'h3'
import { BridgeError } from '../../core/errors.ts'
import type { Route } from '../route.ts'
import { describeApi, type OpenApiDocument } from './document.ts'
import { type Asset, type Page, pages } from './pages.ts'

/** Where `scripts/build.js` puts the files of the packages. The path is the same from src and from dist. */
const ASSETS = new URL('../../../dist/assets/', import.meta.url)

/** Nothing of a page comes from elsewhere. */
const POLICY = "default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'; frame-ancestors 'none'"

/**
 * The OpenAPI document and the pages that show it. They tell nothing of the daemon but its version, so no key is needed.
 * @param table all routes, which these are a part of
 */
export function documentRoutes(table: () => readonly Route[], version: string): Route[] {
  // It takes some 80 ms to make, and neither the routes nor the version change.
  let document: OpenApiDocument | undefined
  return [
    {
      method: 'GET',
      path: '/openapi.json',
      summary: 'This document',
      tag: 'Bridge',
      auth: false,
      handler: () => (document ??= describeApi(table(), version)),
    },
    ...pages.flatMap(pageRoutes),
  ]
}

function pageRoutes({ path, summary, html, assets }: Page): Route[] {
  const common = { method: 'GET', tag: 'Bridge', auth: false } as const
  return [
    { ...common, path, summary, answers: ['text/html'], handler: () => respond(html, 'text/html; charset=utf-8') },
    {
      ...common,
      path: `${path}/:asset`,
      summary: `A file of ${path}`,
      answers: Object.values(assets).map(({ type }) => type.split(';')[0]!),
      handler: async (event) => {
        const asset = findAsset(event, assets)
        return respond('text' in asset ? asset.text : await readFile(new URL(asset.file, ASSETS)), asset.type)
      },
    },
  ]
}

function findAsset(event: H3Event, assets: Page['assets']): Asset {
  const name = event.context.params?.asset ?? ''
  if (Object.hasOwn(assets, name)) return assets[name]!
  throw new BridgeError(`Unknown request URL: GET ${event.url.pathname}.`, { code: 'unknown_url', status: 404 })
}

function respond(body: string | Uint8Array<ArrayBuffer>, type: string): Response {
  return new Response(body, { headers: { 'content-type': type, 'content-security-policy': POLICY, 'cache-control': 'no-cache' } })
}
