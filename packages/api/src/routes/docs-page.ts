interface Operation {
  summary?: string
  description?: string
  security?: unknown[]
  requestBody?: unknown
  responses?: unknown
}

export interface OpenApiDocument {
  info: { title: string; version: string; description?: string }
  paths?: Record<string, unknown>
  components?: { schemas?: Record<string, unknown> }
}

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
section { border-top: 1px solid #8884; padding: 0.5rem 0 }
h2 { font: 600 1rem ui-monospace, monospace }
h2 b { display: inline-block; min-width: 4rem; text-transform: uppercase }
pre { overflow-x: auto; padding: 0.75rem; background: #8881; border-radius: 6px; font-size: 0.85rem }
p { white-space: pre-line }`

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const details = (title: string, value: unknown): string =>
  value === undefined
    ? ''
    : `<details><summary>${title}</summary><pre>${escapeHtml(JSON.stringify(value, null, 2))}</pre></details>`

function operationToHtml(method: string, path: string, operation: Operation): string {
  const key = operation.security === undefined ? 'No key needed.' : 'Needs an API key.'
  return `<section><h2><b>${escapeHtml(method)}</b> ${escapeHtml(path)}</h2>
<p>${escapeHtml(`${operation.summary ?? ''}. ${key}`.replace('?.', '?'))}</p>
${operation.description === undefined ? '' : `<p>${escapeHtml(operation.description)}</p>`}
${details('Request', operation.requestBody)}${details('Answers', operation.responses)}</section>`
}

/** A page without scripts and without anything from elsewhere, so that it works on a machine that is offline. */
export function renderDocsPage({ info, paths = {}, components = {} }: OpenApiDocument): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Operation>).map(([method, operation]) => operationToHtml(method, path, operation))
  )
  const schemas = Object.entries(components.schemas ?? {}).map(([name, schema]) => details(escapeHtml(name), schema))
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(info.title)}</title>
<style>${STYLE}</style></head>
<body><h1>${escapeHtml(info.title)} ${escapeHtml(info.version)}</h1>
<p>${escapeHtml(info.description ?? '')}</p><p>Machine-readable: <a href="/openapi.json">openapi.json</a></p>
${operations.join('\n')}
<section><h2>Schemas</h2>${schemas.join('\n')}</section></body></html>`
}
