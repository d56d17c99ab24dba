import type { DefineRoute } from '../context.js'
import { type OpenApiDocument, renderDocsPage } from './docs-page.js'

/** The page is static: it may load and run nothing. */
const PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

/** `createDocument` is asked once, at the first request, when all routes are there. */
export function defineDocs(define: DefineRoute, createDocument: () => OpenApiDocument): void {
  let document: OpenApiDocument | undefined
  const getDocument = (): OpenApiDocument => (document ??= createDocument())

  define(
    {
      method: 'get',
      path: '/openapi.json',
      summary: 'This API as an OpenAPI document',
      responses: { 200: { description: 'OpenAPI 3.1', content: { 'application/json': { schema: { type: 'object' } } } } }
    },
    (c) => c.json(getDocument())
  )

  define(
    {
      method: 'get',
      path: '/docs',
      summary: 'This API as a page to read',
      responses: { 200: { description: 'The page', content: { 'text/html': { schema: { type: 'string' } } } } }
    },
    (c) => c.html(renderDocsPage(getDocument()), 200, { 'content-security-policy': PAGE_POLICY })
  )
}
