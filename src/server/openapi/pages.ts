/** A page that shows the OpenAPI document; all that it loads is ours. */
export interface Page {
  path: string
  summary: string
  html: string
  /** Files of the page by their name in the URL. */
  assets: Record<string, Asset>
}

/** A file that the build took over from an installed package, or a text of ours. */
export type Asset = { type: string } & ({ file: string } | { text: string })

const SCRIPT = 'text/javascript; charset=utf-8'

export const pages: readonly Page[] = [
  {
    path: '/docs',
    summary: 'Shows this document in Swagger UI',
    html: page('<link rel="stylesheet" href="/docs/swagger-ui.css">', '<div id="swagger-ui"></div>', ['/docs/swagger-ui-bundle.js', '/docs/start.js']),
    assets: {
      'swagger-ui.css': { type: 'text/css; charset=utf-8', file: 'swagger-ui-dist/swagger-ui.css' },
      'swagger-ui-bundle.js': { type: SCRIPT, file: 'swagger-ui-dist/swagger-ui-bundle.js' },
      'start.js': {
        type: SCRIPT,
        text: "SwaggerUIBundle({ url: '/openapi.json', dom_id: '#swagger-ui', docExpansion: 'none', deepLinking: true, validatorUrl: null })\n",
      },
    },
  },
  {
    path: '/redoc',
    summary: 'Shows this document in Redoc',
    html: page('<style>body { margin: 0 }</style>', '<redoc spec-url="/openapi.json"></redoc>', ['/redoc/redoc.standalone.js']),
    assets: { 'redoc.standalone.js': { type: SCRIPT, file: 'redoc/bundles/redoc.standalone.js' } },
  },
]

function page(style: string, body: string, scripts: string[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>opencode-bridge API</title>
<link rel="icon" href="data:,">
${style}
</head>
<body>
${body}
${scripts.map((script) => `<script src="${script}"></script>`).join('\n')}
</body>
</html>
`
}
